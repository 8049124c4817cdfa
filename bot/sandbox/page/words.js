/** The page's own words, in the language of whoever reads: chosen by hand, else the person's. */
import { me, state } from "./store.js";
import english from "./words.en.js";
import italian from "./words.it.js";

const LANGUAGES = { en: english, it: italian };

export function language() {
  if (state.lang) return state.lang;
  const locale = me()?.locale || navigator.language || "en";
  return locale.toLowerCase().startsWith("it") ? "it" : "en";
}

/** In which language someone reads what the app writes to them. */
export const languageOf = (person) => ((person?.locale ?? "en").toLowerCase().startsWith("it") ? "it" : "en");

/** The words for `key` in a language that may not be the page's own. */
export const tIn = (code, key) => LANGUAGES[code][key] ?? key;

/** The words for `key` with `{facts}` filled in; a plural is chosen by `count`. */
export function t(key, facts = {}) {
  const words = LANGUAGES[language()];
  const plural = "count" in facts && `${key}.${facts.count === 1 ? "one" : "other"}` in words;
  const phrase = words[plural ? `${key}.${facts.count === 1 ? "one" : "other"}` : key] ?? english[key] ?? key;
  return phrase.replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? String(facts[name]) : whole));
}

/** A text given per language by the workspace, such as who a person is. */
export function local(texts) {
  if (!texts) return "";
  return typeof texts === "string" ? texts : texts[language()] ?? texts.en ?? Object.values(texts)[0] ?? "";
}
