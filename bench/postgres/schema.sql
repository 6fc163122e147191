-- The opponent's books: what a decision reads or writes, and no more. Money is bigint minor units.
-- Held proceeds, own cover and reserves of a line are derived from few columns, so most records write one row:
--   held now = held while released_at is null, else 0
--   own      = least(due, held now)
--   reserve  = due - own - gap
-- No check constraints on the rows that are written all the time: they are parsed anew for every statement (some
-- 3 us each), and the gates keep what they would say.
-- A store's held proceeds and the value of its open guarantees are sums over its lines, taken when somebody asks.

create table stores (
	no int generated always as identity primary key,
	id text not null unique,
	opened_at timestamptz not null,
	closed_at timestamptz,
	balance bigint not null default 0,
	deposit bigint not null default 0,
	reserve bigint not null default 0,
	-- how much of the reserve came from the deposit; freed money restores the deposit first
	deposit_lent bigint not null default 0,
	gap bigint not null default 0,
	owed bigint not null default 0,
	owed_stated bigint not null default 0,
	owed_refunds bigint not null default 0,
	unexplained bigint not null default 0,
	-- no guarantee with a reserve or a gap ends before; later than that its money must be freed first (see sweep)
	next_end timestamptz not null default 'infinity'
) with (fillfactor = 40, autovacuum_vacuum_scale_factor = 0.05);

-- Written once, read by people; kept out of the hot row.
create table store_profiles (
	store int primary key,
	category text,
	licence_no text,
	legal_person text,
	bank_account text,
	phone text,
	device_id text,
	ip text,
	address text
);

create table items (
	no int generated always as identity,
	store int not null,
	sku text not null,
	price bigint,
	priced_at timestamptz,
	primary key (store, sku) include (no)
) with (fillfactor = 70);

create table order_lines (
	id text primary key,
	store int not null,
	item int not null,
	quantity int not null,
	opened_seq bigint not null,
	unit_price bigint not null,
	held bigint not null,
	paid_at timestamptz not null,
	-- end of the window, inclusive; null without a guarantee
	ends_at timestamptz,
	delivered_at timestamptz,
	released_at timestamptz,
	-- of few lines; null takes no room
	due bigint,
	gap bigint,
	trigger_seq bigint,
	refunded bigint,
	from_held bigint,
	goodwill bigint,
	buyer_id text not null
) with (fillfactor = 40, autovacuum_vacuum_scale_factor = 0.1);

-- Open guarantees of a store, and of an item (item is checked inside the index). Nothing in it ever changes, so every
-- update of a line can be heap-only.
create index order_lines_open on order_lines (store, ends_at, item) where ends_at is not null;

create table claims (
	seq bigint not null,
	claim_id text not null,
	order_line_id text not null,
	at timestamptz not null,
	amount bigint not null,
	recovered bigint not null
);

create table withdrawals (
	seq bigint not null,
	withdrawal_id text not null,
	store int not null,
	at timestamptz not null,
	amount bigint not null
);

-- Every record taken, with its answer: resends, and GET /v1/decisions/{id}. A null outcome is a plain `recorded`,
-- made again from the record. The content is kept as its hash.
create table records (
	id text primary key,
	seq bigint not null,
	hash bigint not null,
	outcome text
);

-- One number a call, taken after the locks; a record's seq is that number times 100,000 plus its place in the call.
create sequence call_seq;

-- The policy: shares as in Surety's default policy, without the tiers that come from scores.
create function margin_percent(opened_at timestamptz, at timestamptz) returns bigint immutable parallel safe language sql
	return case when at - opened_at < interval '720 hours' then 20 else 5 end;
create function deposit_percent() returns bigint immutable parallel safe language sql return 0;
create function minimum_deposit() returns bigint immutable parallel safe language sql return 0;
