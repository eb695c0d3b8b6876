import { all, recall, remember, ui } from "./dom.js";
import { formatTimecode } from "./timecode.js";
import { watch } from "./watch.js";

function showRecent() {
	const recent = recall("recent", []);
	if (!ui.recent || !recent.length) return;
	const items = recent.map(({ path, title, t }) => {
		const item = document.createElement("li");
		const link = document.createElement("a");
		link.href = `${path}?t=${Math.floor(t)}`;
		link.textContent = `\u2068${title}\u2069 from ${formatTimecode(t)}`;
		item.append(link);
		return item;
	});
	ui.recent.hidden = false;
	ui.recentList.replaceChildren(...items);
}

/** From the video site: only where the reader allows it. */
function showPictures() {
	const allowed = recall("pictures", false);
	for (const image of all("img[data-src]")) {
		image.hidden = !allowed;
		if (allowed) image.src = image.dataset.src;
	}
}

function showSettings() {
	for (const box of all("[data-setting]")) {
		const { setting } = box.dataset;
		box.checked = recall(setting, box.checked);
		box.onchange = () => {
			remember(setting, box.checked);
			showPictures();
		};
	}
}

showSettings();
if (ui.watch) watch(ui.watch);
addEventListener("pageshow", showRecent);
for (const type of ["pageshow", "htmx:afterSettle"]) addEventListener(type, showPictures);
