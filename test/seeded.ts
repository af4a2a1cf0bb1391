import fc from "fast-check";

/*
 * What is made at random is the same in every run, so that a run fails because something was changed and not by chance.
 * Other cases are tried with another number: `DIAG_PROPERTY_SEED=17 npx vitest run test/language`.
 */
fc.configureGlobal({ seed: Number(process.env.DIAG_PROPERTY_SEED ?? 20_261) });
