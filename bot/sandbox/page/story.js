/**
 * What this browser has seen happen of the story that the guide tells.
 *
 * Seen in what the page shows and in what its person does; shared by the tabs of one browser
 * and forgotten when the workspace begins anew.
 */
import { channels, currentChannel, set, state } from "./store.js";
import { onGesture } from "./workspace.js";

const KEY = "story";
const STATUS = /^\/crisis\s+(stato|status)\b/i;
const ACTIONS = { page_ack: "answered", statement_approve: "published", statement_self_approve: "published", speak_no_change: "unchanged", incident_status: "asked" };
const FORMS = { form_public: "written", form_resolve: "resolved" };

/** The workspace's own story: its channel for the incident, if the person we are can see one. */
export const room = () => channels().filter((channel) => /^inc-/.test(channel.name)).at(-1) ?? null;

function story() {
  const kept = JSON.parse(localStorage.getItem(KEY) ?? "null");
  const since = state.boot?.workspace?.since;
  return kept?.since === since ? kept : { since };
}

/** What is known of `fact`: who did it, or null. */
export const known = (fact) => story()[fact] ?? null;

export function keep(fact, value) {
  const kept = story();
  if (kept[fact] === value) return;
  localStorage.setItem(KEY, JSON.stringify({ ...kept, [fact]: value }));
}

/** The first to do a thing is remembered. */
function note(fact, by = state.as) {
  if (known(fact) !== null) return;
  keep(fact, by);
  set({});
}

/** Looks at what is shown now. */
export function observe() {
  if (room()) note("declared");
  const messages = state.channel?.messages ?? [];
  if (currentChannel()?.kind === "dm") observeDirect(messages);
  else if (currentChannel()?.id === room()?.id && room()) observeRoom(messages);
}

function observeDirect(messages) {
  if (offers(messages, "page_give_back")) note("answered");
  if (offers(messages, "page_join")) note("answered", "");
  if (offers(messages, "speak_no_change")) for (const fact of ["written", "published"]) note(fact);
}

function observeRoom(messages) {
  if (offers(messages, "incident_resolve") && !offers(messages, "incident_lead")) note("answered", "");
  if (messages.some((message) => message.reactions?.some((reaction) => reaction.name === "pushpin"))) note("worked");
  if (messages.some((message) => message.files?.some((file) => /\.md$/.test(file.name)))) note("resolved");
}

const offers = (messages, action) => messages.some((message) => message.blocks?.some((block) => block.elements?.some((element) => element.action_id === action)));

onGesture((path, body, answer) => {
  if (answer.ok === false) return;
  if (path === "act" && ACTIONS[body.action_id]) note(ACTIONS[body.action_id]);
  if (path === "submit" && FORMS[body.callback_id]) note(FORMS[body.callback_id]);
  if (path === "type" && STATUS.test(body.text)) note("asked");
  if ((path === "phone/reply" && body.body === "1") || (path === "phone/key" && body.key === "1")) note("answered");
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.(".file a, .file button") && known("resolved") !== null) note("read");
});

addEventListener("storage", (event) => event.key === KEY && set({}));
