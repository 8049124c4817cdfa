/** The workspace's clock, and the buttons that turn it. */
import { draw, h } from "./dom.js";
import { icon } from "./icons.js";
import { state } from "./store.js";
import { clockSeconds, clockTime, day, instant, nearDay, now, dayShort, zone } from "./time.js";
import { language, t } from "./words.js";
import { gesture } from "./workspace.js";

const STEPS = [1, 5, 30];

export class Clockbar {
  constructor() {
    this.time = h("time", { class: "clock-time", "data-testid": "clock-now" });
    this.buttons = h("div", { class: "clock-buttons", role: "group" });
    this.progress = h("p", { class: "progress", role: "status", "data-testid": "progress" });
    this.node = h("div", { class: "clock-row" }, h("span", { class: "clock-face" }, icon("clock", 17), this.time), this.buttons, this.progress);
    this.turning = null; // which button is at work
    setInterval(() => this.tick(), 500);
  }

  draw() {
    this.tick();
    this.time.setAttribute("title", t("clock"));
    this.buttons.setAttribute("aria-label", t("clock.forward"));
    const next = instant(state.boot?.clock?.next_deadline);
    draw(this.buttons, [language(), zone(), next, next && day(now()), this.turning], () => [...STEPS.map((minutes) => this.step(minutes)), this.deadline(next)]);
    const told = this.turning ? t("clock.turning") : state.boot?.progress ?? "";
    draw(this.progress, [told], () => document.createTextNode(told));
  }

  /** Turns the clock; until everything that fell due has happened, no button turns it further. */
  async turn(name, body) {
    if (this.turning) return;
    this.turning = name;
    this.draw();
    await gesture("clock", body);
    this.turning = null;
    this.draw();
  }

  /** What every button here has in common: the one at work keeps the focus, all stand still. */
  attributes(name, body) {
    return {
      type: "button", "aria-busy": this.turning === name ? "true" : null, "aria-disabled": this.turning ? "true" : null,
      "data-focus": `clock ${name}`, onclick: () => this.turn(name, body),
    };
  }

  tick() {
    const words = state.boot ? clockSeconds(now()) : "";
    if (this.time.textContent !== words) this.time.textContent = words;
  }

  step(minutes) {
    return h("button", {
      ...this.attributes(minutes, { minutes }), class: "button is-small", "aria-label": t("clock.plus.label", { count: minutes }), "data-testid": `clock-plus-${minutes}`,
    }, minutes === 1 ? t("clock.plus.one") : `+${minutes}`);
  }

  deadline(next) {
    const when = next === null ? null : nearDay(next) === 0 ? clockTime(next) : `${dayShort(next)}, ${clockTime(next)}`;
    return h("button", {
      ...this.attributes("next", { to_next: true }), class: "button is-small clock-next", disabled: next === null, "aria-label": when ? t("clock.next.label", { time: when }) : null, "data-testid": "next-deadline",
    }, when ? [h("span", { class: "clock-next-words" }, t("clock.next")), h("span", { "aria-hidden": "true" }, "▸"), h("strong", {}, when)] : t("clock.next.none"));
  }
}
