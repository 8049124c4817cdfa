/** What Slack itself refuses before the app hears of a form: a required field left empty, a text too short or of the wrong kind. */
import { t } from "./words.js";

const SHAPES = { email_text_input: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, url_text_input: /^https?:\/\/\S+$/i, number_input: /^-?\d+([.,]\d+)?$/ };

/** `{block_id: sentence}` for every field that can't be sent as it is. */
export function faults(blocks, form) {
  const found = {};
  for (const block of blocks) {
    const fault = block.type === "input" ? faultOf(block, form) : null;
    if (fault) found[block.block_id] = fault;
  }
  return found;
}

function faultOf(block, form) {
  const element = block.element;
  const state = form.get(block.block_id, element.action_id) ?? {};
  const value = Object.entries(state).find(([key]) => key !== "type")?.[1];
  const empty = value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length) || (typeof value === "string" && !value.trim());
  if (empty) return block.optional ? null : t("modal.required");
  if (typeof value !== "string") return null;
  if (element.min_length && value.length < element.min_length) return t("modal.short", { count: element.min_length });
  if (element.max_length && value.length > element.max_length) return t("modal.long", { count: element.max_length });
  return SHAPES[element.type] && !SHAPES[element.type].test(value.trim()) ? t("modal.invalid") : null;
}
