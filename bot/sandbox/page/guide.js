/** A short guided start: who to be and what to type. It steps on by itself as the workspace moves, and can be put away. */
import { draw, h } from "./dom.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { channels, me, people, set, state } from "./store.js";
import { language, local, t } from "./words.js";
import { become } from "./workspace.js";

const STEPS = [
  { who: "marta", writes: "guide.try", done: () => Boolean(state.boot?.modal?.view) || hasIncident() },
  { who: null, done: () => hasIncident() && !state.boot?.modal?.view },
  { who: "bruno", done: () => false },
  { who: "luca", done: () => false },
  { who: "elena", writes: "guide.5.try", done: () => false },
  { who: "anna", done: () => false },
];

const hasIncident = () => channels().some((channel) => /^inc-/.test(channel.name));
const kept = (name) => sessionStorage.getItem(`guide ${name}`);
const keep = (name, value) => sessionStorage.setItem(`guide ${name}`, String(value));
const position = () => Math.min(Number(kept("step") ?? 0), STEPS.length - 1);

if (new URLSearchParams(location.search).get("guide") === "0") keep("hidden", "1");

export const guideIsHidden = () => kept("hidden") === "1";

export function toggleGuide() {
  keep("hidden", guideIsHidden() ? "0" : "1");
  set({});
}

function turnTo(step) {
  keep("step", step);
  set({});
}

const person = (name) => people().find((candidate) => candidate.name === name && !candidate.deleted) ?? null;

/** `write(text)` puts a text where the person writes. */
export function drawGuide(region, write) {
  const hidden = guideIsHidden() || !me();
  if (!hidden && STEPS[position()].done()) keep("step", position() + 1);
  const step = position();
  region.hidden = hidden;
  draw(region, [hidden, step, me()?.id, language(), state.place === "home"], () => (hidden ? [] : card(step, write)));
}

function card(step, write) {
  const { who, writes } = STEPS[step];
  const wanted = who && person(who);
  const isThem = !wanted || wanted.id === me()?.id;
  const facts = { name: wanted?.real_name ?? wanted?.name ?? "", role: lowered(local(wanted?.title)), try: writes ? t(writes) : "" };
  const text = step === 0 && !isThem ? t("guide.1.other", facts) : t(`guide.${step + 1}.text`, facts);
  return h("section", { class: "guide", "aria-label": t("guide"), "data-testid": "guide" },
    h("div", { class: "guide-words" }, h("strong", {}, t(`guide.${step + 1}.title`)), h("p", {}, mrkdwn(text))),
    h("div", { class: "guide-buttons" },
      wanted && !isThem ? h("button", { type: "button", class: "button is-primary is-small", "data-testid": "guide-become", onclick: () => become(wanted) }, t("guide.become", { name: wanted.real_name?.split(" ")[0] ?? wanted.name })) : null,
      isThem && writes && state.place !== "home" ? h("button", { type: "button", class: "button is-small", "data-testid": "guide-write", onclick: () => write(facts.try) }, t("guide.write")) : null,
      h("span", { class: "guide-step" }, t("guide.step", { step: step + 1, steps: STEPS.length })),
      small("back", t("guide.prev"), step > 0, () => turnTo(step - 1), "guide-prev"),
      small("back", t("guide.next"), step < STEPS.length - 1, () => turnTo(step + 1), "guide-next"),
      small("close", t("guide.hide"), true, toggleGuide, "guide-hide")));
}

const lowered = (text) => (text ? text[0].toLocaleLowerCase() + text.slice(1) : "");

function small(shape, label, enabled, chosen, name) {
  return h("button", { type: "button", class: `icon-button ${name}`, disabled: !enabled, "aria-label": label, title: label, "data-testid": name, "data-focus": name, onclick: chosen }, icon(shape, 16));
}
