import { all, ui } from "./dom.js";

const LINK = ".wikilink[href]";
let link, timer;

function show(next) {
  link = next;
  ui.card.textContent = "";
  ui.card.hidePopover();
  if (!next) return;
  ui.card.showPopover({ source: next });
  htmx.ajax("GET", `/card${next.pathname}`, ui.card);
}

function aim({ target, pointerType }) {
  clearTimeout(timer);
  const pointed = pointerType === "mouse" && target.closest(LINK);
  if (pointed && !ui.card.matches(":popover-open")) link = null; // Escape closed it
  const next = pointed || all(`${LINK}:focus-visible`)[0];
  if (next !== link && !ui.card.contains(target)) timer = setTimeout(show, 400, next);
}

if (ui.card) for (const type of ["pointerover", "focusin"]) addEventListener(type, aim);
