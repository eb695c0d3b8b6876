import { all, recall, ui } from "./dom.js";

addEventListener("keydown", (/** @type {any} */ event) => {
  const { key, target } = event;
  const hits = all("#q,.hit-link");
  const at = hits.indexOf(target);
  let to = at >= 0 && hits[at + { ArrowDown: 1, ArrowUp: -1 }[key]];
  if (key === "/" && !ui.watch && !target.closest("input") && recall("keys", 1)) to = hits[0];
  if (to && !event.isComposing) to.focus(), to.select?.();
  else if (key === "Escape" && target.closest(".search,.within")) target.blur();
  else {
    if (at < 1 || /\s|../.test(key) || event.ctrlKey || event.metaKey || event.altKey) return;
    hits[0].focus();
    return event.stopImmediatePropagation();
  }
  event.preventDefault();
});
addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.triggeringEvent?.type !== "submit") return;
  detail.elt.q?.blur();
  delete detail.parameters.typing;
});
addEventListener("htmx:sendError", ({ detail: { elt, target } }) => {
  if (elt.q) target.replaceChildren(ui.unanswered.content.cloneNode(true));
});
