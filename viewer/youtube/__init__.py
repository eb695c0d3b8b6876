"""YouTube: requests for captions, answers, files beside the notes, and the queue of jobs."""
