/**
 * The small grey lines that the workspace writes itself: who came in, who left, a new topic, a new name.
 *
 * They are told in the page's language; people who come in one after the other share a line.
 */
import { h } from "./dom.js";
import { emojis, wordsOf } from "./mrkdwn.js";
import { nameOf, personById } from "./store.js";
import { clockTime, day, instant } from "./time.js";
import { t } from "./words.js";

const NAMED = 3; // as many names stand in a line; of more, the first two and how many others

export const isSystem = (message) => /^(channel|group)_/.test(message.subtype ?? "");
const kindOf = (message) => message.subtype.replace(/^(channel|group)_/, "");

/** Whether `message` can stand in the same line as the one before it. */
export const sharesLine = (message, before) => isSystem(before) && message.subtype === before.subtype
  && ["join", "leave"].includes(kindOf(message)) && day(instant(message.ts)) === day(instant(before.ts));

export function systemLine(messages) {
  const at = instant(messages[0].ts);
  return h("p", { class: "system-line", "data-testid": "system-line", "data-ts": messages[0].ts, title: everyone(messages) },
    h("span", {}, emojis(words(messages))), h("time", { datetime: new Date(at).toISOString() }, clockTime(at)));
}

const who = (message) => nameOf(personById(message.user) ?? { name: message.user });
const names = (messages) => [...new Set(messages.map(who))];
const everyone = (messages) => (names(messages).length > NAMED ? names(messages).join(", ") : null);

function words(messages) {
  const [first] = messages;
  const beside = first.beside ?? {};
  switch (kindOf(first)) {
    case "join": return t("system.joined", { names: listed(names(messages)), count: names(messages).length });
    case "leave": return t("system.left", { names: listed(names(messages)), count: names(messages).length });
    case "topic": return beside.topic ? t("system.topic", { name: who(first), text: wordsOf(beside.topic) }) : t("system.topic.none", { name: who(first) });
    case "purpose": return t("system.purpose", { name: who(first), text: wordsOf(beside.purpose) });
    case "name": return t("system.renamed", { name: who(first), before: beside.old_name, after: beside.name });
    default: return `${who(first)} ${wordsOf(first.text)}`;
  }
}

function listed(all) {
  if (all.length === 1) return all[0];
  if (all.length <= NAMED) return t("system.and", { names: all.slice(0, -1).join(", "), last: all.at(-1) });
  return t("system.others", { names: all.slice(0, 2).join(", "), others: all.length - 2 });
}
