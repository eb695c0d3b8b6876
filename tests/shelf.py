"""Notes in folders: a library that most tests of pages read, and how tests write their own."""

import wave
from collections.abc import Mapping
from pathlib import Path

TALK = "qd7ezvCtIYg"
"""Two notes, which share seconds and do not keep to the video's order."""
RIVERS = "rivers_long"
"""A hundred claims, three seconds apart."""
ARABIC = "arabic_note"
CHINESE = "chinesenote"
SOUND = "sound_video"
"""A sound file of twenty seconds stands beside its note."""
BROKEN = "brokenmedia"
"""Its media file is none."""

KARABAKH = """\
From: [[Borders explained]]

## Autonomy

- The region was given to Azerbaijan [0:03]
- It had a parliament of its own [0:05]
- Petitions for a transfer went to Moscow [0:05]
- A vote was held [0:07]

## War

- Mediators met in [[Minsk]] [0:20], as [the record](https://records.example/minsk) has it
- The ceasefire was signed in Bishkek [1:19]
- Maps were drawn once more [6:45]

An aside on the mountains [0:01] opens the talk.
"""
CEASEFIRE = """\
From: [[Borders explained]]

- Fighting stopped at midnight [1:21]
- Both sides broke the truce within days [2:02]
"""
ESSAY = "Words without a time, and a thought about maps."
CLOCKWORK = "It has no video, but times: the first [0:02], the second [0:04]."


def make_note(body: str, **meta: str) -> str:
    """Return the text of a note with `meta` in its header."""
    header = "".join(f"{name}: {value}\n" for name, value in meta.items())
    return f"---\n{header}---\n\n{body}"


def make_claims(count: int, every: int = 3, words: str = "River number {}") -> str:
    """Return the body of a note with `count` claims, `every` so many seconds."""
    return "\n".join(
        f"- {words.format(n)} [{n * every // 60}:{n * every % 60:02}]" for n in range(1, count + 1)
    )


def write_library(folder: Path, notes: Mapping[str, str]) -> Path:
    """Write notes into `folder`, by their paths, and return it."""
    for name, text in notes.items():
        write_file(folder, name, text)
    return folder


def write_file(folder: Path, name: str, text: str | bytes) -> Path:
    """Write a file at `name` in `folder`, with the folders that lead to it, and return its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def write_sound(path: Path, seconds: int = 20) -> None:
    """Write silence."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(b"\x80" * 8000 * seconds)


def write_shelf(folder: Path) -> Path:
    """Write the library of this module: few notes, each for a purpose."""
    arabic = "- وُقّع الاتفاق في العاصمة [0:03]\n- ثم عاد الناس إلى بيوتهم [0:09]"
    chinese = "- 河流改道了三次 [0:03]\n- 最后一次在春天 [0:09]"
    sound = "- A tone is heard [0:02]\n- It grows [0:04]\n- It ends [0:15]"
    write_library(
        folder,
        {
            "borders/ceasefire.md": make_note(
                CEASEFIRE, title="Notes on the ceasefire", videoId=TALK
            ),
            "borders/karabakh.md": make_note(KARABAKH, title="Karabakh in an hour", videoId=TALK),
            "borders/essay.md": make_note(ESSAY, title="An essay"),
            "borders/clockwork.md": make_note(CLOCKWORK, title="Clockwork"),
            "rivers/rivers.md": make_note(
                make_claims(100), title="A hundred rivers", videoId=RIVERS
            ),
            "tongues/arabic.md": make_note(arabic, title="عن السلام", videoId=ARABIC, lang="ar"),
            "tongues/chinese.md": make_note(chinese, title="河的历史", videoId=CHINESE, lang="zh"),
            "sound/tone.md": make_note(sound, title="A tone", videoId=SOUND),
            "sound/broken.md": make_note(sound, title="A broken tone", videoId=BROKEN),
        },
    )
    write_sound(folder / "sound" / "tone.wav")
    (folder / "sound" / "broken.wav").write_bytes(b"no sound at all" * 99)
    return folder
