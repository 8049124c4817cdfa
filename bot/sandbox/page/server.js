/**
 * The workspace's answers.
 *
 * Promises one request for the same thing at a time, answers never shown out of order,
 * and a socket that comes back by itself. Says so when the workspace is silent.
 */
import { set, state } from "./store.js";

async function answer(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    set({ online: false });
    throw new Error("offline", { cause: error });
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok && body.ok !== false) throw new Error(body.error || `http_${response.status}`);
  return body;
}

export const bootstrap = (as) => answer(`/ui/bootstrap?${new URLSearchParams(as ? { as } : {})}`);

export function channel(as, id, thread) {
  const query = new URLSearchParams(thread ? { as, thread } : { as });
  return answer(`/ui/channel/${encodeURIComponent(id)}?${query}`);
}

/** Posts a gesture of the person we are. Answers `{ok, error?…}`; a silent workspace is an error too. */
export async function post(path, body) {
  try {
    return await answer(`/ui/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: state.as, ...body }),
    });
  } catch (error) {
    return { ok: false, error: error.message };
  }
}

/** Runs `work` again after it ends when it was asked for meanwhile, never twice at once. */
export function oneAtATime(work) {
  let running = null;
  let again = false;
  return function ask() {
    again = running !== null;
    running ??= work().finally(() => {
      running = null;
      if (again) ask();
    });
    return running;
  };
}

let socket = null;
let generation = 0;
const LONGEST_WAIT = 4000;

/** Listens for what changed, as the given person; calls `heard` with the list, `opened` when (re)connected. */
export function listen(as, { heard, opened }) {
  generation += 1;
  socket?.close();
  connect(as, { heard, opened, mine: generation, wait: 400 });
}

/** Stops listening. */
export function hush() {
  generation += 1;
  socket?.close();
}

function connect(as, { heard, opened, mine, wait }) {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const link = new WebSocket(`${scheme}://${location.host}/ui/ws?as=${encodeURIComponent(as)}`);
  let pause = wait;
  socket = link;
  link.addEventListener("open", () => {
    pause = 400;
    opened();
  });
  link.addEventListener("message", (event) => heard(JSON.parse(event.data).changed ?? []));
  link.addEventListener("close", () => {
    if (mine !== generation) return;
    set({ online: false });
    setTimeout(() => {
      if (mine === generation) connect(as, { heard, opened, mine, wait: Math.min(pause * 2, LONGEST_WAIT) });
    }, pause);
  });
}
