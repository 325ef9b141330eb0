"""An Outcome in, a page out: terminal, HTML, XLSX, JSON."""
