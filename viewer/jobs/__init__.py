"""Work that outlives a request: fetching transcripts from YouTube and keeping them as files."""
