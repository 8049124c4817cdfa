/** Faces: initials on the person's colour, the app's mark, a channel's sign. */
import { h } from "./dom.js";
import { icon } from "./icons.js";

export function avatar(person, size = 36) {
  const color = /^#?[0-9a-f]{6}$/i.test(person?.color ?? "") ? `#${person.color.replace("#", "")}` : "#5b6770";
  const style = { "--size": `${size}px`, "--face": color, "--ink-face": isLight(color) ? "#1b1f23" : "#ffffff" };
  if (person?.is_bot) return h("span", { class: "avatar is-app", style: { "--size": `${size}px` }, "aria-hidden": "true" }, icon("app", Math.round(size * 0.62)));
  return h("span", { class: "avatar", style, "aria-hidden": "true" }, person?.initials || initialsOf(person));
}

const initialsOf = (person) => (person?.real_name || person?.name || "?").split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();

/** Whether dark ink reads better on `color` (WCAG relative luminance). */
function isLight(color) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.19;
}

export function channelMark(channel, size = 16) {
  if (channel.kind === "dm") return icon("mail", size);
  return icon(channel.is_private ? "lock" : "hash", size);
}
