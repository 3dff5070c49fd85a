import type { Service } from '../connect.ts';
import type { Format } from '../text/show.ts';

/** How a command runs and shows its answer. */
export interface Way {
  service: Service;
  format: Format;
  /** The number of items of a list. */
  limit: number;
  /** Go ahead without asking. */
  yes: boolean;
  /** Follow a sweep to its end. */
  wait: boolean;
  /** Show the list again after so many seconds, until Ctrl-C. */
  watch: number | undefined;
  isOlder: boolean;
}
