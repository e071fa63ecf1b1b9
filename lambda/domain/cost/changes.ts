import { FUNCTION_MEMORY } from '../../contract/sizing.ts';
import { type CostLine, line } from './lines.ts';

/** Of one move, with its state, sightings and the rows of the indexes: what the database charges, rounded up. */
const READS = 6;
const WRITES = 20;
/** Seconds: GET, verification, and the delivery of one alert. */
const SCAN = 2;
const DELIVER = 0.3;

/** What so many moves cost, each with one alert to one e-mail address. */
export function changeLines(moves: number): CostLine[] {
  const gigabyteSeconds =
    (moves * (SCAN * FUNCTION_MEMORY.scan + DELIVER * FUNCTION_MEMORY.deliver)) / 1024;
  return [
    line('changes', 'writes: events, states, sightings', moves * WRITES, 'writeUnit'),
    line('changes', 'reads', moves * READS, 'readUnit'),
    line('changes', 'verification and delivery', gigabyteSeconds, 'gigabyteSecond'),
    line('changes', 'alerts', moves, 'publish'),
    line('changes', 'e-mails, to one address', moves, 'email'),
  ];
}
