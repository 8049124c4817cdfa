/** People, channels and dates named inside a text, as the reader should see them. */
import { h } from "./dom.js";
import { channelById, me, nameOf, personById } from "./store.js";
import { clockSeconds, clockTime, dateLong, dateMedium, dateNumbers, dateShort, nearDay, now } from "./time.js";
import { language, t } from "./words.js";

const SAFE = /^(https?:\/\/|mailto:|tel:)/i;

/** A link that opens beside the page; anything but web, mail and telephone addresses stays plain text. */
export function link(address, label) {
  if (!SAFE.test(address)) return document.createTextNode(label || address);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label || address.replace(/^mailto:|^tel:/, ""));
}

export function mentionPerson(id, fallback) {
  const person = personById(id);
  const own = id === me()?.id ? " is-me" : "";
  return h("span", { class: `mention${own}`, "data-user": id }, `@${person ? nameOf(person) : fallback || id}`);
}

export function mentionChannel(id, fallback) {
  const channel = channelById(id);
  const name = channel?.name || fallback || id;
  return h("a", { class: "mention", href: `?channel=${encodeURIComponent(id)}`, "data-goto": id }, `#${name}`);
}

export function mentionGroup(name) {
  return h("span", { class: "mention" }, `@${name}`);
}

const DATE_PARTS = {
  date_num: dateNumbers,
  date: dateMedium,
  date_short: dateShort,
  date_long: dateLong,
  date_pretty: (at) => pretty(at, dateMedium),
  date_short_pretty: (at) => pretty(at, dateShort),
  date_long_pretty: (at) => pretty(at, dateLong),
  time: clockTime,
  time_secs: clockSeconds,
  ago: (at) => ago(at),
  day_divider_pretty: (at) => pretty(at, dateLong),
};

function pretty(at, format) {
  const near = nearDay(at);
  if (near === null) return format(at);
  return t(["day.yesterday", "day.today", "day.tomorrow"][near + 1]).toLowerCase();
}

function ago(at) {
  const relative = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
  const minutes = Math.round((at - now()) / 60000);
  if (Math.abs(minutes) < 60) return relative.format(minutes, "minute");
  if (Math.abs(minutes) < 1440) return relative.format(Math.round(minutes / 60), "hour");
  return relative.format(Math.round(minutes / 1440), "day");
}

/** A moment in the reader's time zone, by Slack's date tokens; the fallback when it can't be told. */
export function moment(seconds, format, fallback, address) {
  const at = Number(seconds) * 1000;
  if (!Number.isFinite(at)) return document.createTextNode(fallback || "");
  const words = format.replace(/\{(\w+)\}/g, (whole, part) => (DATE_PARTS[part] ? DATE_PARTS[part](at) : whole));
  const time = h("time", { datetime: new Date(at).toISOString(), title: `${dateLong(at)}, ${clockSeconds(at)}` }, words);
  if (!address || !SAFE.test(address)) return time;
  const anchor = link(address, "");
  anchor.replaceChildren(time);
  return anchor;
}
