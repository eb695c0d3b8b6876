
/** 79 → "1:19", 3723 → "1:02:03". */
export function formatTimecode(seconds) {
  const [hours, ...rest] = split(seconds);
  const text = rest.map((count) => String(count).padStart(2, "0")).join(":");
  return hours ? `${hours}:${text}` : text.replace(/^0/, "");
}

/** 79 → "1 minute 19 seconds". */
export function spokenTime(seconds) {
  const units = ["hour", "minute", "second"];
  const parts = split(seconds).map((n, i) => n && `${n} ${units[i]}${n === 1 ? "" : "s"}`);
  return parts.filter(Boolean).join(" ") || "0 seconds";
}

function split(seconds) {
  const whole = Math.floor(seconds);
  return [whole / 3600, (whole / 60) % 60, whole % 60].map(Math.floor);
}
