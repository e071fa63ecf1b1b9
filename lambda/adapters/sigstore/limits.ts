/** Bounds on what a hostile registry or signer can make us read; cosign's own where it has one. */

/** Referrers of an image that is examined; cosign has no bound, whoever may push adds any number. */
export const MAX_REFERRERS = 1_000;
/** Layers of one `.sig` or `.att` manifest (cosign: GHSA-vfp6-jrw2-99g9, endless signatures). */
export const MAX_LAYERS = 1_000;
/** Bytes of one bundle, compressed and inflated (cosign has no bound here). */
export const MAX_BUNDLE_BYTES = 4 * 1024 * 1024;
/** Bytes of one DSSE envelope, and of any JSON document. */
export const MAX_PAYLOAD_BYTES = 4 * 1024 * 1024;
/** Bytes of one simple-signing payload: a digest, a name and annotations. */
export const MAX_SIMPLE_SIGNING_BYTES = 128 * 1024;
/** Entries and timestamps of one bundle (sigstore-go: GHSA-cq38-jh5f-37mq, unbounded loops). */
export const MAX_LOG_ENTRIES = 32;
export const MAX_TIMESTAMPS = 32;
/** Subjects of one statement, and digests of one subject (sigstore-go's numbers). */
export const MAX_SUBJECTS = 1_024;
export const MAX_SUBJECT_DIGESTS = 32;
/** Bytes of all signatures of one image together: they are in memory at once. */
export const MAX_TOTAL_BYTES = 64 * 1024 * 1024;
/** Nesting of any JSON document that a registry sends. */
export const MAX_JSON_DEPTH = 100;
/** Members and items of any JSON document: a thousand layers have a tenth of it. */
export const MAX_JSON_VALUES = 65_536;
/** The same of a bundle: the 32 log entries, each with a long proof, have three quarters of it. */
export const MAX_BUNDLE_VALUES = 4_096;
/** The same of a statement, which may be an SBOM: one for every twelve bytes that fit into a bundle. */
export const MAX_STATEMENT_VALUES = 262_144;
/** The same of its subjects: 40 for each. */
export const MAX_SUBJECT_VALUES = 40 * MAX_SUBJECTS;
/** Registry requests of one verification that are under way at once. */
export const CONCURRENT_FETCHES = 6;
