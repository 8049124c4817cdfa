/**
 * Elements, built by hand and kept in place.
 *
 * Text is always text: nothing here parses markup. Regions are redrawn only when what they show
 * has changed, and then the focus stays where the person left it.
 */

/** Builds `<tag>`. `on…` attributes are listeners, `false`/`null` attributes are left out. */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) assign(node, name, value);
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function assign(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (name === "style") for (const [rule, setting] of Object.entries(value)) node.style.setProperty(rule, setting);
  else if (name === "value") node.value = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

/** Redraws a region only when `signature` differs from what it shows. Returns whether it did. */
export function draw(region, signature, build) {
  const key = JSON.stringify(signature);
  if (region.drawnAs === key) return false;
  region.drawnAs = key;
  keepingFocus(region, () => region.replaceChildren(...[build()].flat(Infinity).filter(Boolean)));
  return true;
}

/** Makes `container` hold one node per item `{key, signature, build}`; unchanged nodes stay the same nodes. */
export function arrange(container, items) {
  const present = new Map([...container.children].map((node) => [node.dataset.key, node]));
  const wanted = new Set(items.map((item) => item.key));
  keepingFocus(container, () => {
    for (const [key, node] of present) if (!wanted.has(key)) node.remove();
    let cursor = container.firstElementChild;
    for (const item of items) {
      const old = present.get(item.key);
      const node = current(old, item);
      if (old && old === cursor) cursor = node;
      if (node === cursor) cursor = cursor.nextElementSibling;
      else container.insertBefore(node, cursor ?? null);
    }
  });
}

function current(old, item) {
  const signature = JSON.stringify(item.signature);
  if (old && old.drawnAs === signature) return old;
  const fresh = item.build();
  fresh.dataset.key = item.key;
  fresh.drawnAs = signature;
  if (old) old.replaceWith(fresh);
  return fresh;
}

/** Runs `change`; when it replaced the focused element, focuses its successor (same `data-focus`). */
export function keepingFocus(root, change) {
  const focused = document.activeElement;
  const name = focused && root.contains(focused) ? focused.dataset.focus : null;
  const caret = name && "selectionStart" in focused ? [focused.selectionStart, focused.selectionEnd] : null;
  change();
  if (!name || focused.isConnected) return;
  const heir = root.querySelector(`[data-focus="${CSS.escape(name)}"]`);
  if (!heir) return;
  heir.focus({ preventScroll: true });
  if (caret && caret[0] !== null && heir.setSelectionRange) heir.setSelectionRange(...caret);
}

/** A short name that is unique on the page, for `id` and the attributes that point to it. */
let count = 0;
export function uniqueId(prefix) {
  count += 1;
  return `${prefix}-${count}`;
}
