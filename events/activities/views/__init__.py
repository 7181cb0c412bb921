"""Pages: `public` (list, activity), `taking` (a person takes, leaves and accepts places),
`posting` (organisations write), `reviewing` (area staff decide)."""
