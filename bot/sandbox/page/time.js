/**
 * The workspace's time, as the person we are reads it.
 *
 * The clock is the workspace's own and can be turned; the browser's is used only to
 * carry it forward between two answers, and only while the workspace's goes on by itself.
 */
import { me } from "./store.js";
import { language } from "./words.js";

let heard = null; // {server, at, runs}: the workspace's time, when we learnt it, whether it goes on by itself

/** Milliseconds since the epoch, from an ISO string, a Slack ts or seconds. */
export function instant(value) {
  if (value === null || value === undefined || value === "") return null;
  if (typeof value === "number") return value * 1000;
  return /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value);
}

export function learn(clock) {
  if (clock) heard = { server: instant(clock.now), at: performance.now(), runs: clock.runs };
}

export function now() {
  if (!heard) return Date.now();
  return heard.server + (heard.runs ? performance.now() - heard.at : 0);
}

export const zone = () => me()?.tz || "Europe/Rome";
const locale = () => (language() === "it" ? "it-IT" : "en-GB");

const formats = new Map();
function format(options, at) {
  const key = JSON.stringify([locale(), zone(), options]);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale(), { timeZone: zone(), ...options }));
  return formats.get(key).format(at);
}

export const clockTime = (at) => format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, at);
export const clockSeconds = (at) => format({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }, at);
export const dateNumbers = (at) => format({ year: "numeric", month: "2-digit", day: "2-digit" }, at);
export const dateMedium = (at) => format({ year: "numeric", month: "long", day: "numeric" }, at);
export const dateShort = (at) => format({ year: "numeric", month: "short", day: "numeric" }, at);
export const dayShort = (at) => format({ month: "short", day: "numeric" }, at);
export const dateLong = (at) => format({ weekday: "long", year: "numeric", month: "long", day: "numeric" }, at);
export const dayTitle = (at) => format({ weekday: "long", day: "numeric", month: "long" }, at);

/** `2026-11-21` in the person's zone. */
export function day(at) {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone(), year: "numeric", month: "2-digit", day: "2-digit" }).format(at);
}

/** -1, 0 or 1 when `at` falls yesterday, today or tomorrow; otherwise null. */
export function nearDay(at) {
  const distance = Math.round((Date.parse(day(at)) - Date.parse(day(now()))) / 86400000);
  return Math.abs(distance) <= 1 ? distance : null;
}

/** Seconds since the epoch for a wall-clock `YYYY-MM-DDTHH:MM` in the person's zone. */
export function epochOf(wall) {
  const guess = Date.parse(`${wall}:00Z`);
  const drift = Date.parse(`${wallOf(guess / 1000)}:00Z`) - guess;
  const second = guess - drift;
  const settled = Date.parse(`${wallOf(second / 1000)}:00Z`) - second;
  return Math.round((guess - settled) / 1000);
}

/** The wall clock `YYYY-MM-DDTHH:MM` in the person's zone. */
export function wallOf(epoch) {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone(), year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).formatToParts(epoch * 1000);
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
}
