/**
 * Small things that float: menus and lists of choices.
 *
 * One at a time, inside the dialog that is open, closed by Escape, by a click elsewhere
 * or by leaving it with Tab; the focus then goes back to what opened it.
 */
import { h, uniqueId } from "./dom.js";

let open = null; // {panel, anchor, closed}

export const isOpen = () => open !== null;
export const isOpenFor = (anchor) => open?.anchor === anchor;

/** Shows `content` beside `anchor`. `closed` is called once, whatever closed it. */
export function show(anchor, content, { className = "", label = null, role = null, wide = false, above = false, closed = () => {} } = {}) {
  close();
  const panel = h("div", { class: `popover ${className}`, id: uniqueId("popover"), role, "aria-label": label }, content);
  (anchor.closest("dialog") ?? document.body).append(panel);
  open = { panel, anchor, closed };
  anchor.setAttribute("aria-expanded", "true");
  place(panel, anchor, { wide, above });
  panel.addEventListener("keydown", onKey);
  return panel;
}

export function close({ refocus = false } = {}) {
  if (!open) return;
  const { panel, anchor, closed } = open;
  open = null;
  panel.remove();
  anchor.setAttribute("aria-expanded", "false");
  if (refocus) anchor.focus({ preventScroll: true });
  closed();
}

/** Keeps the panel beside its anchor after its content changed size. */
export function settle() {
  if (open) place(open.panel, open.anchor, open.panel.placing);
}

function place(panel, anchor, placing) {
  panel.placing = placing;
  const edge = 8;
  const box = anchor.getBoundingClientRect();
  if (placing.wide) panel.style.setProperty("min-width", `${Math.min(box.width, innerWidth - 2 * edge)}px`);
  const { width, height } = panel.getBoundingClientRect();
  const below = innerHeight - box.bottom - edge;
  const upwards = placing.above || (below < height && box.top > below);
  const top = upwards ? Math.max(edge, box.top - height - 4) : box.bottom + 4;
  const left = Math.max(edge, Math.min(box.left, innerWidth - width - edge));
  panel.style.setProperty("top", `${top}px`);
  panel.style.setProperty("left", `${left}px`);
  panel.style.setProperty("max-height", `${upwards ? box.top - edge - 4 : Math.max(below, 160)}px`);
}

function onKey(event) {
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close({ refocus: true });
  }
  if (event.key === "Tab" && !open?.panel.querySelector("[data-traps]")) close({ refocus: true });
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.panel.contains(event.target) && !open.anchor.contains(event.target)) close();
}, true);
addEventListener("resize", () => close());

/** A menu of `{label, hint?, icon?, testid?, chosen}` under `anchor`; arrows move, Enter chooses. */
export function menu(anchor, items, { label, empty = null } = {}) {
  if (isOpenFor(anchor)) return close({ refocus: true });
  const buttons = items.map((item) => menuItem(item));
  const content = buttons.length ? buttons : h("p", { class: "popover-empty" }, empty);
  const panel = show(anchor, content, { className: "menu", label, role: "menu" });
  panel.addEventListener("keydown", (event) => moveFocus(event, buttons));
  buttons[0]?.focus();
  return panel;
}

function menuItem(item) {
  return h("button", {
    class: `menu-item ${item.className ?? ""}`, role: "menuitem", type: "button", tabindex: "-1", "data-testid": item.testid ?? "menu-item",
    onclick: () => {
      close({ refocus: true });
      item.chosen();
    },
  }, item.icon ?? null, h("span", { class: "menu-label" }, item.label), item.hint ? h("span", { class: "menu-hint" }, item.hint) : null);
}

/** Arrow keys, Home and End among `nodes`. */
export function moveFocus(event, nodes) {
  const here = nodes.indexOf(document.activeElement);
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: nodes.length - 1 }[event.key];
  if (next === undefined || !nodes.length) return;
  event.preventDefault();
  nodes[(next + nodes.length) % nodes.length].focus();
}
