"""Every write on activities, shifts and sign-ups. `capacity` is the only code that touches
`ShiftPlace.taken`."""
