import { all, recall, ui } from "./dom.js";

addEventListener("keydown", (/** @type {any} */ event) => {
	const { key, target } = event;
	const hits = all("#q,.hit-link");
	const at = hits.indexOf(target);
	let to = at >= 0 && hits[at + { ArrowDown: 1, ArrowUp: -1 }[key]];
	if (key === "/" && !ui.watch && !target.closest("input") && recall("keys", 1)) to = hits[0];
	if (to && !event.isComposing) to.focus(), to.select?.();
	else if (key === "Escape" && target.closest(".search")) target.blur();
	else return;
	event.preventDefault();
});
addEventListener("htmx:configRequest", (/** @type {any} */ { detail }) => {
	if (detail.triggeringEvent?.target.id === "q") detail.parameters.typing = 1;
});
