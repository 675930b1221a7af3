/** The start of the window that `now` falls in. Windows are multiples of `windowMs` since the epoch. */
export function windowStart(windowMs: number, now: number): number {
  return now - (((now % windowMs) + windowMs) % windowMs);
}
