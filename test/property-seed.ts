// Property tests try the same cases in every run, so that a failure is of the change that caused it. Another seed tries others:
// `HARN_PROPERTY_SEED=7 npm test`.
import fc from "fast-check";

const seed = Number(process.env.HARN_PROPERTY_SEED ?? 1);
if (!Number.isInteger(seed)) throw new Error("HARN_PROPERTY_SEED must be a whole number");
fc.configureGlobal({ seed });
