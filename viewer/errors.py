"""The one family of exceptions.

    ViewerError
    ├── NoteError            a note can't be read as it stands
    │   ├── FrontMatterError   its header
    │   └── StampError         one of its times
    ├── TranscriptError      captions can't be read
    └── LibraryError         a folder, file or name in the library
        ├── NotFoundError      a video or note that it does not hold
        ├── NotYetRead         the same, but the folder has not been looked through
        ├── IndexBusy          the index can't be read now; another time it can
        ├── IndexBroken        the index can't be read; it can be made anew
        └── LockLost           the index may be another process's to write by now

The core raises these knowing nothing of HTTP: `web/errors.py` gives each its status, and the
command line prints one line. A message says what, where and what to do.
"""


class ViewerError(Exception):
    """Anything that Claimline explains to a person."""


class NoteError(ViewerError):
    """A note that can't be read as it stands."""


class FrontMatterError(NoteError):
    """The header between the `---` lines."""


class StampError(NoteError):
    """A time that can't be read."""


class TranscriptError(ViewerError):
    """Captions that can't be read."""


class LibraryError(ViewerError):
    """A folder, a file or a name in the library."""


class NotFoundError(LibraryError):
    """A video or note that the library does not hold."""


class NotYetRead(LibraryError):
    """A video or note that may be in the library, whose folder has not been looked through."""


class IndexBusy(LibraryError):
    """An index that can't be read now: it is locked, out of reach, or takes too long."""


class IndexBroken(LibraryError):
    """An index that can't be read, or is of another version: it has to be made anew."""


class LockLost(LibraryError):
    """An index that another process may write by now."""
