/** A guided first incident, from the first word to the post-mortem: who to be and what to do. It steps on by itself, and can be put away. */
import { draw, h } from "./dom.js";
import { icon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { appChannel, channelByName, me, people, set, state } from "./store.js";
import { keep, known, observe, room } from "./story.js";
import { languageOf, language, local, t, tIn } from "./words.js";
import { become, goTo } from "./workspace.js";

/** `who`: whom to be; `where`: in which conversation; `writes`: words to type there; `says`: the app's buttons, in their reader's language; `done`: the fact that ends it. */
const STEPS = [
  { who: () => "marta", writes: "guide.1.try", says: ["declare"], done: "declared" },
  { who: () => "bruno", where: "app", says: ["ack"], done: "answered" },
  { who: () => null, where: "room", writes: "guide.3.try", done: "worked" },
  { who: () => "luca", where: "app", says: ["publish", "ask"], done: "written" },
  { who: () => lead("elena"), where: "app", says: ["approve"], done: "published" },
  { who: () => "luca", where: "app", says: ["unchanged"], done: "unchanged" },
  { who: () => "elena", writes: "guide.7.try", done: "asked" },
  { who: () => lead("anna"), where: "room", writes: "guide.8.try", says: ["resolve"], done: "resolved" },
  { who: () => null, where: "room", done: "read" },
  { who: () => null, done: null },
];
const COUNTED = STEPS.length - 1;
const small = matchMedia("(max-width: 820px)");
small.addEventListener("change", () => set({}));
let unfolded = false;
let held = null; // a step gone back to by hand stays, done or not

/** Whoever took the incident leads it: they approve and resolve. */
const lead = (otherwise) => (["", "luca", null].includes(known("answered")) ? otherwise : known("answered"));
const position = () => Math.min(known("step") ?? 0, COUNTED);

if (new URLSearchParams(location.search).get("guide") === "0") sessionStorage.setItem("guide", "hidden");

export const guideIsHidden = () => sessionStorage.getItem("guide") === "hidden";

export function toggleGuide() {
  sessionStorage.setItem("guide", guideIsHidden() ? "shown" : "hidden");
  set({});
}

function turnTo(step) {
  held = step;
  keep("step", step);
  set({});
}

function stepOn() {
  let step = position();
  while (step < COUNTED && step !== held && known(STEPS[step].done) !== null) step += 1;
  if (step !== position()) keep("step", step);
}

const person = (name) => people().find((candidate) => candidate.name === name && !candidate.deleted) ?? null;
const place = (where) => (where === "room" ? room() : where === "app" ? appChannel() : null);
const firstName = (whom) => whom?.real_name?.split(" ")[0] ?? whom?.name ?? "";

/** `write(text)` puts a text where the person writes. */
export function drawGuide(region, write) {
  const hidden = guideIsHidden() || !me();
  if (me()) observe();
  if (!hidden) stepOn();
  region.hidden = hidden;
  const step = position();
  const shown = [hidden, step, me()?.id, me()?.locale, language(), state.place, room()?.id, known("answered"), small.matches && !unfolded];
  draw(region, shown, () => (hidden ? [] : card(step, write)));
}

function card(step, write) {
  const folded = small.matches && !unfolded;
  const number = step + 1;
  return h("section", { class: `guide${folded ? " is-folded" : ""}`, "aria-label": t("guide"), "data-testid": "guide" },
    h("div", { class: "guide-words" }, h("strong", {}, t(`guide.${number}.title`, facts(STEPS[step]))), folded ? null : h("p", {}, mrkdwn(t(`guide.${number}.text`, facts(STEPS[step]))))),
    h("div", { class: "guide-buttons" },
      leadOn(STEPS[step], write),
      folded ? null : paging(step),
      small.matches ? tool(folded ? "down" : "up", t(folded ? "guide.unfold" : "guide.fold"), true, fold, "guide-fold") : null));
}

function facts({ who, writes, says = [] }) {
  const wanted = person(who()) ?? me();
  const labels = says.map((label) => [label, tIn(languageOf(wanted), `guide.says.${label}`)]);
  return { name: firstName(wanted), role: lowered(local(wanted?.title)), try: writes ? t(writes) : "", room: room()?.name ?? "inc-…", ...Object.fromEntries(labels) };
}

/** The one button that leads on: become them, go there, or have it written. */
function leadOn({ who, where, writes }, write) {
  const wanted = person(who());
  const there = place(where);
  if (wanted && wanted.id !== me()?.id) return button("become", t("guide.become", { name: firstName(wanted) }), () => become(wanted), " is-primary");
  if (there && there.id !== state.place) return button("go", t(where === "room" ? "guide.go.room" : "guide.go.app"), () => goTo(there.id), " is-primary");
  if (!writes) return null;
  return button("write", t("guide.write"), () => {
    if (state.place === "home") goTo(channelByName("general")?.id ?? appChannel()?.id);
    write(t(writes));
  });
}

const paging = (step) => [
  h("span", { class: "guide-step" }, step < COUNTED ? t("guide.step", { step: step + 1, steps: COUNTED }) : ""),
  tool("back", t("guide.prev"), step > 0, () => turnTo(step - 1), "guide-prev"),
  tool("back", t("guide.next"), step < COUNTED, () => turnTo(step + 1), "guide-next"),
  tool("close", t("guide.hide"), true, toggleGuide, "guide-hide"),
];

function fold() {
  unfolded = !unfolded;
  set({});
}

const lowered = (text) => (text ? (/^[A-Z]{2}/.test(text) ? text : text[0].toLocaleLowerCase() + text.slice(1)) : "");

function button(name, label, chosen, look = "") {
  return h("button", { type: "button", class: `button is-small${look}`, "data-testid": `guide-${name}`, "data-focus": `guide ${name}`, onclick: chosen }, label);
}

function tool(shape, label, enabled, chosen, name) {
  return h("button", { type: "button", class: `icon-button ${name}`, disabled: !enabled, "aria-label": label, title: label, "data-testid": name, "data-focus": name, onclick: chosen }, icon(shape, 16));
}
