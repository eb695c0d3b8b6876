"""One video: asked for, and kept. What the command line and the queue both do."""

from collections.abc import Sequence
from dataclasses import replace

from viewer.errors import LibraryError
from viewer.youtube.fetch import TIME_LIMIT, WORKER, Beat, fetch_video
from viewer.youtube.model import Failure, Fetched, Reason, Request, Step
from viewer.youtube.sidecars import Sidecars


def fetch_and_save(
    request: Request,
    sidecars: Sidecars,
    beat: Beat,
    *,
    limit: float = TIME_LIMIT,
    worker: Sequence[str] | None = None,
) -> Fetched:
    """Return what came of a request, once it is on disk.

    A video's facts are kept also where there are no captions. To do it twice is to do it once.
    """
    fetched = fetch_video(request, beat, limit=limit, worker=worker or WORKER)
    if fetched.captions is None and fetched.info is None:
        return fetched
    if not beat(Step.SAVING):
        return Fetched(failure=Failure(reason=Reason.CANCELLED))
    try:
        sidecars.save(request.video_id, fetched)
    except LibraryError as error:
        failure = Failure(reason=Reason.UNWRITABLE, said=str(error))
        return replace(fetched, captions=None, failure=failure)
    return fetched
