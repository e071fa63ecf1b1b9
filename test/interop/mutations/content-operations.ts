import { type Carrier, type Content, listingOf } from './content.ts';
import { RECORDED } from './exhibits.ts';
import type { Random } from './random.ts';

type ContentOperation = (
  content: Content,
  random: Random,
) => { content: Content; said: string } | undefined;

/** Changes of what is there at all, and where. */
export const CONTENT_OPERATIONS: readonly ContentOperation[] = [
  function dropCarriers(content) {
    return { content: { ...content, carriers: [] }, said: 'drop everything that is attached' };
  },
  function addCarrier(content, random) {
    const [name, carrier] = pickDonor(random);
    const carriers = random.chance(2)
      ? [...content.carriers, carrier]
      : [carrier, ...content.carriers];
    return {
      content: { ...content, carriers: atOnePlaceEach(carriers) },
      said: `beside it, "${name}"`,
    };
  },
  function replaceCarrier(content, random) {
    const [name, carrier] = pickDonor(random);
    return { content: { ...content, carriers: [carrier] }, said: `instead of it, "${name}"` };
  },
  function moveCarrier(content, random) {
    const place = random.pick(['referrer', 'sig', 'att'] as const);
    const [carrier] = content.carriers;
    if (carrier === undefined || carrier.place === place) return undefined;
    return {
      content: { ...content, carriers: [{ ...carrier, place }] },
      said: `at the place ${place}`,
    };
  },
  function retype(content, random) {
    const mediaType = random.pick([
      'application/vnd.docker.distribution.manifest.v2+json',
      'application/vnd.oci.image.index.v1+json',
      'application/vnd.docker.distribution.manifest.list.v2+json',
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      'application/json',
      'text/plain',
      'application/vnd.oci.image.manifest.v1+json; charset=utf-8',
    ]);
    const carriers = content.carriers.map((carrier) => ({ ...carrier, mediaType }));
    return { content: { ...content, carriers }, said: `served as ${mediaType}` };
  },
  function loseBlobs(content) {
    const carriers = content.carriers.map((carrier) => ({ ...carrier, blobs: [] }));
    return { content: { ...content, carriers }, said: 'without its blobs' };
  },
  function loseConfig(content) {
    const carriers = content.carriers.map((carrier) => ({ ...carrier, config: Buffer.from('x') }));
    return { content: { ...content, carriers }, said: 'without its config' };
  },
  function emptyListing(content) {
    const listing = JSON.stringify({ ...JSON.parse(listingOf(content).toString()), manifests: [] });
    return { content: { ...content, listing: Buffer.from(listing) }, said: 'the listing is empty' };
  },
  function listAgain(content) {
    const listing = JSON.parse(listingOf(content).toString());
    listing.manifests = [...listing.manifests, ...listing.manifests];
    return {
      content: { ...content, listing: Buffer.from(JSON.stringify(listing)) },
      said: 'listed twice',
    };
  },
];

function pickDonor(random: Random): [name: string, carrier: Carrier] {
  const [name, { carriers }] = random.pick([...RECORDED]);
  return [name, random.pick(carriers)];
}

/** A tag points at one manifest: the last that was pushed. */
function atOnePlaceEach(carriers: readonly Carrier[]): Carrier[] {
  return carriers.filter(
    ({ place }, index) =>
      place === 'referrer' || !carriers.slice(index + 1).some((later) => later.place === place),
  );
}
