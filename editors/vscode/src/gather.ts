/** What happens on disk, told in good time. */

/** So many milliseconds after the first of what is told at once. */
export const GATHERED = 250;

/**
 * Gathers events for a moment, and hands them on. The library's own way is to wait until nothing more happens: while a build writes its files, it tells
 * of no file at all.
 */
export function gather<Event>(handOn: (events: Event[]) => Promise<void>): (event: Event) => Promise<void> {
  let gathered: Event[] = [];
  let told: Promise<void> | undefined;
  return (event) => {
    gathered.push(event);
    told ??= new Promise<void>((done) => setTimeout(done, GATHERED)).then(() => {
      const events = gathered;
      [gathered, told] = [[], undefined];
      return handOn(events);
    });
    return told;
  };
}
