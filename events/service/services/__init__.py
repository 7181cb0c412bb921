"""Every write on attendance (what happened) and on service records (what counts)."""
