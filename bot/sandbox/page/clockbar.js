/** The workspace's clock, and the buttons that turn it. */
import { draw, h } from "./dom.js";
import { icon } from "./icons.js";
import { state } from "./store.js";
import { clockSeconds, clockTime, day, instant, nearDay, now, dateShort, zone } from "./time.js";
import { language, t } from "./words.js";
import { gesture } from "./workspace.js";

const STEPS = [1, 5, 30];

export class Clockbar {
  constructor() {
    this.time = h("time", { class: "clock-time", "data-testid": "clock-now" });
    this.buttons = h("div", { class: "clock-buttons", role: "group" });
    this.progress = h("p", { class: "progress", role: "status", "data-testid": "progress" });
    this.node = h("div", { class: "clock-row" }, h("span", { class: "clock-face" }, icon("clock", 17), this.time), this.buttons, this.progress);
    setInterval(() => this.tick(), 500);
  }

  draw() {
    this.tick();
    this.time.setAttribute("title", t("clock"));
    this.buttons.setAttribute("aria-label", t("clock.forward"));
    const next = instant(state.boot?.clock?.next_deadline);
    draw(this.buttons, [language(), zone(), next, next && day(now())], () => [...STEPS.map((minutes) => this.step(minutes)), this.deadline(next)]);
    draw(this.progress, [state.boot?.progress], () => document.createTextNode(state.boot?.progress ?? ""));
  }

  tick() {
    const words = state.boot ? clockSeconds(now()) : "";
    if (this.time.textContent !== words) this.time.textContent = words;
  }

  step(minutes) {
    return h("button", {
      type: "button", class: "button is-small", "aria-label": t("clock.plus.label", { count: minutes }), "data-testid": `clock-plus-${minutes}`, "data-focus": `clock ${minutes}`,
      onclick: (event) => gesture("clock", { minutes }, event.currentTarget),
    }, minutes === 1 ? t("clock.plus.one") : `+${minutes}`);
  }

  deadline(next) {
    const when = next === null ? null : nearDay(next) === 0 ? clockTime(next) : `${dateShort(next)}, ${clockTime(next)}`;
    return h("button", {
      type: "button", class: "button is-small clock-next", disabled: next === null, "aria-label": when ? t("clock.next.label", { time: when }) : null, "data-testid": "next-deadline", "data-focus": "clock next",
      onclick: (event) => gesture("clock", { to_next: true }, event.currentTarget),
    }, when ? [h("span", { class: "clock-next-words" }, t("clock.next")), h("span", { "aria-hidden": "true" }, "▸"), h("strong", {}, when)] : t("clock.next.none"));
  }
}
