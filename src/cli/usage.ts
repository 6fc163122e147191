/** What `surety help` prints. */
import { PRESETS } from '../core/programme/presets.js';

export const USAGE = `surety — price protection that cannot be robbed

  surety investigate DIR --out OUT    who abused price protection, since when, for how much, and why we say so
      --programme P     ${[...PRESETS.keys()].join(', ')}
                        or the path of a programme document (default: default)
      --currency CNY    ISO 4217 code of all amounts
      --map FILE        JSON that says how your tables and columns are named
      --strict          a rejected row stops the investigation
      --model FILE      scores stores by a model that train wrote as well as by the transparent score
      --json            print the sums as JSON instead of a summary

      DIR holds the tables stores, order_lines, claims and, if there are any, price_changes, withdrawals and
      labels, each as .csv, .csv.gz, .parquet or .ndjson. Writes OUT/report.html, OUT/report.json and
      OUT/rejected.ndjson.

  surety simulate --out DIR           a made-up market as tables, the truth about it, and how real it is
      --stores 300      honest stores, any number       --days 180       --seed 1: the same seed, the same bytes
      --attack NAME     a gang that does this; may be given several times, all is every kind once,
                        NAME+NAME one gang that does both
      --list            the attacks, each in a sentence
      --labels          also writes labels: what train learns from
      --buyers 104      median of buyers per store      --from 2023-06-01
      --recovered       claims tell what was collected from the store at once
      --json            print the sums as JSON instead of a summary

      Writes the tables that investigate reads, DIR/truth.json, DIR/calibration.json and DIR/calibration.html.

  surety backtest DIR --out OUT       the same tables with the gates asked, once per policy: what each would have
                                      paid, lost and locked, and whom it would have touched
      --policy FILE     a policy document; may be given again (default: the default policy, every gate enforcing);
                        its "model" may be the path of a model, from where the policy stands
      --programme, --currency, --map, --strict, --json as above
                        Writes OUT/backtest.html, OUT/backtest.json and OUT/rejected.ndjson.

  surety policy FILE                  whether a policy document is sound, and what it changes, in words
      --against FILE    compared with this one (default: the default policy, every gate enforcing)
      --words           what its rules may look at, by gate
      --programme P, --currency CNY, --json as above

  surety train DIR --out MODEL        learns a model of abusive stores from tables with labels (store_id, abuse or honest)
      --unlabelled honest   what stores without a label count as: honest, or ignore
      --name learned@1  --seed 1: the same tables and seed, the same model
      --programme, --currency, --map, --json as above. See docs/MODEL.md.

  surety serve                        the service that is asked before money moves: HTTP API on a durable log
      --data DIR        where everything is kept (default: surety-data)
      --port 8420       --host 127.0.0.1
      --mode MODE       enforce: gates decide; observe: they say what they would have decided (default: enforce);
                        a policy document in the settings says so itself
      --programme P     --currency CNY: fixed once the log has begun
      --config FILE     all settings as JSON; each also as SURETY_NAME in the environment
      --insecure-no-auth   without keys, on loopback only

  surety verify [--data DIR]          hash chain, books, reserves, and that a replay gives the same state
  surety backup --out OUT [--data DIR]      copies the data folder, also while the service runs
  surety restore BACKUP [--data DIR]        makes a data folder from a backup, and verifies it
      --config FILE     the settings of serve, to find the data folder where --data does not say

  surety redteam                      searches for the attack that takes most under a policy, before you publish it
      --policy FILE     --programme P: the rules attacked (default: the default policy, every gate enforcing)
      --goal GOAL       money: taken from the platform; suffering: done to honest stores (default: money)
      --minutes N | --generations N     how long (default: 2 minutes)
      --seed N  --budget N  --workers N  --out OUT (default: redteam)   --resume   --from-nothing   --json
      --replay FILE     plays a strategy again, under its own policy or --policy, and prints its steps

  surety demo [--out OUT]             investigate the founding case, then serve it: its market replayed live
  surety help | version

Exit codes: 0 done, 1 something is wrong with the data, 2 wrong usage.
`;
