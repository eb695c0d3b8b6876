import { all, recall, remember, ui } from "./dom.js";
import { formatTimecode } from "./timecode.js";
import "./cards.js";
import "./search.js";

function showRecent() {
  if (!ui.recent) return;
  ui.recent.replaceChildren();
  for (const { path, title, t } of recall("recent", [])) {
    const link = document.createElement("a");
    link.href = `${path}?t=${t}`;
    link.textContent = `\u2068${title}\u2069 from ${formatTimecode(t)}`;
    ui.recent.appendChild(document.createElement("li")).append(link);
  }
}

/** Only where the reader allows it. */
function showPictures() {
  const allowed = recall("pictures", false);
  for (const image of all("img[data-src]")) {
    image.hidden = !allowed;
    if (allowed) image.src = image.dataset.src;
  }
}

for (const box of all("[data-setting]")) {
  const { setting } = box.dataset;
  box.checked = recall(setting, box.checked);
  box.onchange = () => (remember(setting, box.checked), showPictures());
}
addEventListener("pageshow", showRecent);
for (const type of ["pageshow", "htmx:afterSettle"]) addEventListener(type, showPictures);
