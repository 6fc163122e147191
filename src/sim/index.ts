/** The simulated marketplace: a seed in, the contract's tables and the truth about them out. */
export { type Calibrated, type CalibrationReport, CHOSEN } from './calibration/calibration.js';
export { type FactGroup, type Measured, SOURCES, type Unit } from './calibration/facts.js';
export { writeLabels } from './labels.js';
export { type Market, type OnStore, writeCalibrated, writeMarket } from './market.js';
export {
	DEFAULT_FROM,
	FOUNDING_CASE,
	type GangOptions,
	LOOKALIKES,
	type LookalikeName,
	type MarketOptions,
} from './options.js';
export type { Truth, TruthGang, TruthStore, TruthSums } from './truth.js';
