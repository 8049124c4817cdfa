/** A list to pick from while the focus stays in a text field: for menus with a filter and for what the composer completes. */
import { h, uniqueId } from "./dom.js";

/** `picked(choice)` is called with an element of `choices`, each `{label, hint?, icon?, group?, testid?, selected?}`. */
export class Listbox {
  constructor({ label, picked, multiple = false }) {
    this.picked = picked;
    this.choices = [];
    this.active = -1;
    this.node = h("div", { class: "listbox", role: "listbox", id: uniqueId("listbox"), "aria-label": label, "aria-multiselectable": multiple || null });
  }

  show(choices, { field = null, note = null } = {}) {
    this.choices = choices;
    this.field = field;
    this.options = choices.map((choice, index) => this.option(choice, index));
    this.node.replaceChildren(...this.grouped(), ...(choices.length || !note ? [] : [h("p", { class: "popover-empty" }, note)]));
    this.point(choices.length ? 0 : -1);
  }

  grouped() {
    return this.options.flatMap((option, index) => {
      const group = this.choices[index].group;
      const starts = group && group !== this.choices[index - 1]?.group;
      return starts ? [h("div", { class: "listbox-group", role: "presentation" }, group), option] : [option];
    });
  }

  option(choice, index) {
    return h("div", {
      class: "option", role: "option", id: `${this.node.id}-${index}`, "aria-selected": choice.selected ? "true" : "false",
      "data-testid": choice.testid ?? "option",
      onpointerdown: (event) => event.preventDefault(),
      onclick: () => this.picked(choice),
      onpointermove: () => this.active !== index && this.point(index, { scroll: false }),
    }, choice.icon ?? null, h("span", { class: "option-text" }, h("span", { class: "option-label" }, choice.label),
      choice.hint ? h("span", { class: "option-hint" }, choice.hint) : null), choice.tail ?? null);
  }

  point(index, { scroll = true } = {}) {
    this.options[this.active]?.classList.remove("is-active");
    this.active = index;
    const option = this.options[index];
    option?.classList.add("is-active");
    if (scroll) option?.scrollIntoView({ block: "nearest" });
    if (option) this.field?.setAttribute("aria-activedescendant", option.id);
    else this.field?.removeAttribute("aria-activedescendant");
  }

  /** Handles the key of a field that leads this list; true when it was for the list. */
  key(event) {
    const count = this.choices.length;
    if (!count) return false;
    if (event.key === "ArrowDown") this.point((this.active + 1) % count);
    else if (event.key === "ArrowUp") this.point((this.active - 1 + count) % count);
    else if (event.key === "Enter" || event.key === "Tab") this.picked(this.choices[this.active]);
    else return false;
    event.preventDefault();
    return true;
  }
}
