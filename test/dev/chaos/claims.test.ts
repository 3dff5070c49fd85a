import t from 'tap';
import { claims } from '#dev/chaos/claims.ts';
import { kept } from '#test/support/chaos.ts';

t.test('two claimants of one line, and kills on the way', (t) => kept(t, claims, 4));
