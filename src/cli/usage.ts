/** What `surety help` prints. */
import { PRESETS } from '../core/programme/presets.js';

export const USAGE = `surety — price protection that cannot be robbed

  surety investigate DIR --out OUT    who abused price protection, since when, for how much, and why we say so
      --programme P     ${[...PRESETS.keys()].join(', ')}
                        or the path of a programme document (default: default)
      --currency CNY    ISO 4217 code of all amounts
      --map FILE        JSON that says how your tables and columns are named
      --strict          a rejected row stops the investigation
      --json            print the sums as JSON instead of a summary

      DIR holds the tables stores, order_lines, claims and, if there are any, price_changes, withdrawals and
      labels, each as .csv, .csv.gz, .parquet or .ndjson. Writes OUT/report.html, OUT/report.json and
      OUT/rejected.ndjson.

  surety backtest DIR --out OUT       the same tables with the gates asked, once per policy: what each would have
                                      paid, lost and locked, and whom it would have touched
      --policy FILE     a policy document; may be given again (default: the default policy, every gate enforcing)
      --programme, --currency, --map, --strict, --json as above
                        Writes OUT/backtest.html, OUT/backtest.json and OUT/rejected.ndjson.

  surety serve                        the service that is asked before money moves: HTTP API on a durable log
      --data DIR        where everything is kept (default: surety-data)
      --port 8420       --host 127.0.0.1
      --mode MODE       enforce: gates decide; observe: they say what they would have decided (default: enforce)
      --programme P     --currency CNY: fixed once the log has begun
      --config FILE     all settings as JSON; each also as SURETY_NAME in the environment
      --insecure-no-auth   without keys, on loopback only

  surety verify [--data DIR]          hash chain, books, reserves, and that a replay gives the same state
  surety backup --out OUT [--data DIR]      copies the data folder, also while the service runs
  surety restore BACKUP [--data DIR]        makes a data folder from a backup, and verifies it

  surety demo [--out OUT]             investigate the founding case, then serve it: its market replayed live
  surety help | version

Exit codes: 0 done, 1 something is wrong with the data, 2 wrong usage.
`;
