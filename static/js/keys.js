import { all, recall } from "./dom.js";

export const isModified = (event) => event.metaKey || event.ctrlKey || event.altKey;

/** What the pressed key does, as the list of keys says (`_dialogs.html`); undefined if nothing. */
export function keyFor(event) {
  const { target, key } = event;
  const [known] = all(`[data-key="${CSS.escape(key)}" i]`);
  if (!known || isModified(event) || target.closest("input, select, dialog")) return;
  if (key === " " && target.closest("button, a, summary")) return;
  if (!recall("keys", true) && key !== "?") return;
  return known.dataset.does;
}
