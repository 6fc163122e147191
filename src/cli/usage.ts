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

  surety demo [--out OUT]             write the founding case as tables and investigate it
  surety help | version

Exit codes: 0 done, 1 something is wrong with the data, 2 wrong usage.
`;
