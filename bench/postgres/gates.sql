-- The gates and the facts, one function each. A handler takes a record and returns the part of the outcome after
-- `type` as JSON text, or null for a plain `recorded`. Each locks the store's row first, then its lines, so stores
-- are decided one record after the other and different stores side by side.

-- SQL functions say no more than they are (stable, not immutable, where a part is): else they are not inlined.

-- Words -------------------------------------------------------------------------------------------------------------

create function decimal_of(amount bigint) returns text immutable parallel safe language sql
	return '"' || (amount * 0.01)::text || '"';

-- A decimal amount of a record in minor units; more than two decimals is an error, never rounded.
create function minor(r jsonb, field text) returns bigint immutable language plpgsql as $$
declare
	v numeric := (r ->> field)::numeric;
begin
	if v is null or v < 0 or min_scale(v) > 2 or v > 100000000000 then
		raise exception using errcode = '22023', message = 'not an amount', column = field;
	end if;
	return (v * 100)::bigint;
end $$;

create function minor_if_any(r jsonb, field text) returns bigint immutable language sql
	return case when r ->> field is not null then minor(r, field) end;

create function failed(code text, field text) returns text immutable language sql
	return '"error":{"code":"' || code || '","field":"' || field || '"}';

create function answered(verdict text, reason text) returns text immutable language sql
	return '"verdict":"' || verdict || '","reasons":[' || coalesce('{"code":"' || reason || '"}', '')
		|| '],"policy":"default@1"';

create function outcome_of(id text, seq bigint, type text, answer text) returns text stable language sql
	return '{"id":' || to_json(id)::text || case
		when answer is null then ',"seq":' || seq || ',"type":"' || type
			|| '","verdict":"recorded","reasons":[],"policy":"default@1"}'
		when left(answer, 7) = '"error"' then ',' || answer || '}'
		else ',"seq":' || seq || ',"type":"' || type || '",' || answer || '}' end;

-- Claimable at a reference price: units left times the fall, less what was refunded, never beyond what was paid.
create function claimable(unit bigint, quantity int, reference bigint, refunded bigint, goodwill bigint)
	returns bigint immutable parallel safe language sql
	return greatest(0, least((unit - coalesce(reference, unit)) * quantity, unit * quantity - coalesce(goodwill, 0))
		- coalesce(refunded, 0));

-- Windows end on a whole second, rounded up.
create function window_end(at timestamptz, days int) returns timestamptz stable parallel safe language sql
	return case when days > 0 then date_trunc('second', at + days * interval '24 hours' + interval '999 ms') end;

-- Securing ----------------------------------------------------------------------------------------------------------

create function write_store(s stores) returns void language plpgsql as $$
begin
	update stores set balance = s.balance, deposit = s.deposit, reserve = s.reserve, deposit_lent = s.deposit_lent,
		gap = s.gap, owed = s.owed, owed_stated = s.owed_stated, owed_refunds = s.owed_refunds,
		unexplained = s.unexplained, next_end = s.next_end
	where no = s.no;
end $$;

-- Money out of balance, then deposit; the caller knows how much there is.
create function spend(s stores, amount bigint) returns stores immutable language plpgsql as $$
declare
	part bigint := least(s.balance, amount);
begin
	s.balance := s.balance - part;
	s.deposit := s.deposit - (amount - part);
	return s;
end $$;

create function reserve_more(s stores, amount bigint) returns stores immutable language plpgsql as $$
declare
	part bigint := least(s.balance, amount);
begin
	s.balance := s.balance - part;
	s.deposit := s.deposit - (amount - part);
	s.deposit_lent := s.deposit_lent + (amount - part);
	s.reserve := s.reserve + amount;
	return s;
end $$;

create function free_reserve(s stores, amount bigint) returns stores immutable language plpgsql as $$
declare
	part bigint := least(s.deposit_lent, amount);
begin
	s.reserve := s.reserve - amount;
	s.deposit := s.deposit + part;
	s.deposit_lent := s.deposit_lent - part;
	s.balance := s.balance + (amount - part);
	return s;
end $$;

-- Money has arrived or come free: shortfalls first, then refunds owed, then gaps, oldest trigger first.
create function arrive(s stores, at timestamptz) returns stores language plpgsql as $$
declare
	part bigint;
	l record;
begin
	if s.owed > 0 then
		part := least(s.owed, s.balance + s.deposit);
		s := spend(s, part);
		s.owed := s.owed - part;
	end if;
	if s.owed_refunds > 0 then
		part := least(s.owed_refunds, s.balance + s.deposit);
		s := spend(s, part);
		s.owed_refunds := s.owed_refunds - part;
	end if;
	if s.gap > 0 and s.balance + s.deposit > 0 then
		for l in select o.id, o.gap from order_lines o where o.store = s.no and o.ends_at >= at and o.gap > 0
			order by o.trigger_seq, o.opened_seq desc
		loop
			part := least(l.gap, s.balance + s.deposit);
			exit when part = 0;
			s := reserve_more(s, part);
			s.gap := s.gap - part;
			update order_lines set gap = nullif(l.gap - part, 0) where id = l.id;
		end loop;
	end if;
	return s;
end $$;

-- Ends guarantees lazily: reserves of windows that are over come free before the store's money is looked at. Lines
-- without a reserve are never touched: their end is a condition on ends_at.
create function sweep(s stores, at timestamptz) returns stores language plpgsql as $$
declare
	freed bigint;
	gone bigint;
begin
	select sum(due - least(due, case when released_at is null then held else 0 end) - coalesce(gap, 0)), sum(gap)
		into freed, gone
		from order_lines where store = s.no and ends_at >= s.next_end and ends_at < at and due > 0;
	if freed is not null then
		update order_lines set due = null, gap = null, trigger_seq = null
			where store = s.no and ends_at >= s.next_end and ends_at < at and due > 0;
		s := free_reserve(s, freed);
		s.gap := s.gap - coalesce(gone, 0);
	end if;
	select coalesce(min(ends_at), 'infinity') into s.next_end from order_lines
		where store = s.no and ends_at >= at and due > case when released_at is null then held else 0 end;
	s := arrive(s, at);
	perform write_store(s);
	return s;
end $$;

-- Facts do not ask: takes reserved money all the same, oldest trigger first; what it secured becomes a gap.
create function take_reserves(s stores, wanted bigint, at timestamptz) returns stores language plpgsql as $$
declare
	l record;
	part bigint;
begin
	for l in select o.id, o.gap, o.due - least(o.due, case when o.released_at is null then o.held else 0 end)
			- coalesce(o.gap, 0) as reserve
		from order_lines o where o.store = s.no and o.ends_at >= at and o.due > 0
		order by o.trigger_seq, o.opened_seq desc
	loop
		exit when wanted = 0;
		part := least(l.reserve, wanted);
		continue when part = 0;
		wanted := wanted - part;
		s.reserve := s.reserve - part;
		s.gap := s.gap + part;
		update order_lines set gap = coalesce(gap, 0) + part where id = l.id;
	end loop;
	s.deposit_lent := least(s.deposit_lent, s.reserve);
	return s;
end $$;

-- Writes a line that something happened to and brings its cover in step with what is due on it.
create function settle_line(
	s stores, l order_lines, reserve bigint, reference bigint, at timestamptz, seq bigint,
	may_fill boolean default true, may_arrive boolean default true
) returns stores language plpgsql as $$
declare
	due_now bigint := case when l.ends_at >= at
		then claimable(l.unit_price, l.quantity, reference, l.refunded, l.goodwill) else 0 end;
	needed bigint := due_now - least(due_now, case when l.released_at is null then l.held else 0 end);
	part bigint;
	gap_now bigint;
	is_freed boolean := reserve > needed;
begin
	if is_freed then
		s := free_reserve(s, reserve - needed);
		reserve := needed;
	elsif may_fill then
		part := least(needed - reserve, s.balance + s.deposit);
		s := reserve_more(s, part);
		reserve := reserve + part;
	end if;
	gap_now := needed - reserve;
	s.gap := s.gap + gap_now - coalesce(l.gap, 0);
	if needed > 0 then
		s.next_end := least(s.next_end, l.ends_at);
	end if;
	update order_lines set quantity = l.quantity, held = l.held, released_at = l.released_at, refunded = l.refunded,
		from_held = l.from_held, goodwill = l.goodwill, due = nullif(due_now, 0), gap = nullif(gap_now, 0),
		trigger_seq = case when due_now > 0 then coalesce(l.trigger_seq, seq) end
	where id = l.id;
	return case when is_freed and may_arrive then arrive(s, at) else s end;
end $$;

create function reserve_of(l order_lines) returns bigint immutable language sql
	return coalesce(l.due - least(l.due, case when l.released_at is null then l.held else 0 end), 0) - coalesce(l.gap, 0);

-- Admission gate ----------------------------------------------------------------------------------------------------

create function store_opened(r jsonb, at timestamptz, seq bigint, asked boolean) returns text language plpgsql as $$
declare
	deposit bigint := minor(r, 'deposit');
	n int;
begin
	if exists (select from stores where id = r ->> 'store_id') then
		return failed('duplicate_store', 'store_id');
	end if;
	if asked and deposit < minimum_deposit() then
		return answered('hold', 'deposit_short') || ',"deposit_required":' || decimal_of(minimum_deposit());
	end if;
	insert into stores (id, opened_at, deposit) values (r ->> 'store_id', at, deposit) returning no into n;
	insert into store_profiles values (n, r ->> 'category', r ->> 'licence_no', r ->> 'legal_person',
		r ->> 'bank_account', r ->> 'phone', r ->> 'device_id', r ->> 'ip', r ->> 'address');
	return case when asked then answered('approve', null) || ',"deposit_required":' || decimal_of(minimum_deposit()) end;
end $$;

create function store_closed(r jsonb, at timestamptz, seq bigint) returns text language plpgsql as $$
begin
	update stores set closed_at = at where id = r ->> 'store_id';
	return case when not found then failed('unknown_store', 'store_id') end;
end $$;

-- Guarantee gate ----------------------------------------------------------------------------------------------------

create function guarantee_quote(r jsonb, at timestamptz, seq bigint) returns text language plpgsql as $$
declare
	s stores;
	required bigint := minimum_deposit();
begin
	select * into s from stores where id = r ->> 'store_id' for update;
	if not found then return failed('unknown_store', 'store_id'); end if;
	if s.next_end < at then s := sweep(s, at); end if;
	if deposit_percent() > 0 then
		select greatest(required, (sum(greatest(0, unit_price * quantity - coalesce(refunded, 0) - coalesce(goodwill, 0)))
			* deposit_percent() + 99) / 100) into required
		from order_lines where store = s.no and ends_at >= at;
	end if;
	return case
		when s.closed_at is not null then answered('refuse', 'store_closed')
		when s.deposit + s.deposit_lent >= required then answered('approve', null)
		else answered('refuse', 'deposit_needed') end || ',"deposit_required":' || decimal_of(required);
end $$;

-- Price gate --------------------------------------------------------------------------------------------------------

-- The lowest price that free funds cover, by halving; called only where a price of nothing is not funded.
create function deepest_funded(store_no int, item_no int, price bigint, at timestamptz, free bigint)
	returns bigint stable language plpgsql as $$
declare
	units bigint[];
	counts int[];
	refunds bigint[];
	gifts bigint[];
	covers bigint[];
	unfunded bigint := 0;
	funded bigint;
	middle bigint;
begin
	select array_agg(unit_price), array_agg(quantity), array_agg(coalesce(refunded, 0)), array_agg(coalesce(goodwill, 0)),
			array_agg(greatest(coalesce(due, 0), case when released_at is null then held else 0 end)),
			greatest(price, max(unit_price))
		into units, counts, refunds, gifts, covers, funded
		from order_lines where store = store_no and item = item_no and ends_at >= at;
	while funded - unfunded > 1 loop
		middle := (funded + unfunded) / 2;
		if (select sum(greatest(0, claimable(u, q, middle, d, g) - c)) <= free
			from unnest(units, counts, refunds, gifts, covers) as x (u, q, d, g, c))
		then funded := middle;
		else unfunded := middle;
		end if;
	end loop;
	return funded;
end $$;

create function set_price(r jsonb, at timestamptz, seq bigint, asked boolean) returns text language plpgsql as $$
declare
	s stores;
	i items;
	l order_lines;
	c record;
	asked_price bigint := minor(r, 'price');
	was bigint;
	free bigint;
	needed bigint;
	figures text;
begin
	select * into s from stores where id = r ->> 'store_id' for update;
	if not found then return failed('unknown_store', 'store_id'); end if;
	if s.next_end < at then s := sweep(s, at); end if;
	select * into i from items where store = s.no and sku = r ->> 'sku_id';
	free := s.balance + s.deposit;
	if asked and s.closed_at is not null then
		return answered('refuse', 'store_closed') || ',"triggered":"0.00","free_funds":' || decimal_of(free)
			|| ',"top_up":"0.00","deepest_funded_price":' || decimal_of(asked_price);
	end if;
	if i.priced_at > at then
		return case when asked then answered('approve', 'price_late') || ',"triggered":"0.00","free_funds":' || decimal_of(free)
			|| ',"top_up":"0.00","deepest_funded_price":' || decimal_of(i.price) end;
	end if;
	if i.no is null then
		insert into items (store, sku, price, priced_at) values (s.no, r ->> 'sku_id', asked_price, at);
		return case when asked then answered('approve', null) || ',"triggered":"0.00","free_funds":' || decimal_of(free)
			|| ',"top_up":"0.00","deepest_funded_price":"0.00"' end;
	end if;
	-- What the price would make due, over the item's open guarantees.
	select count(*) filter (where x.then_due > x.due) as hit,
			count(*) filter (where x.then_due <> x.due) as changed,
			coalesce(sum(greatest(0, x.then_due - x.due)), 0)::bigint as triggered,
			coalesce(sum(least(x.then_due, x.held) - least(x.due, x.held)) filter (where x.then_due > x.due), 0)::bigint as own,
			coalesce(sum(greatest(0, x.then_due - greatest(x.due, x.held))), 0)::bigint as needed,
			-- reserve that comes free at a raise, where there is no gap
			coalesce(sum(greatest(0, x.due - greatest(x.then_due, x.held))), 0)::bigint as freed,
			coalesce(sum(greatest(0, x.most - greatest(x.due, x.held))), 0)::bigint as needed_at_nothing,
			min(x.ends_at) filter (where x.then_due > x.held) as first_end
		into c
		from (
			select claimable(unit_price, quantity, asked_price, refunded, goodwill) as then_due,
				coalesce(due, 0) as due,
				case when released_at is null then held else 0 end as held,
				greatest(0, unit_price * quantity - coalesce(goodwill, 0) - coalesce(refunded, 0)) as most,
				ends_at
			from order_lines where store = s.no and item = i.no and ends_at >= at
			offset 0
		) x;
	needed := c.needed;
	if asked then
		figures := ',"triggered":' || decimal_of(c.triggered) || ',"free_funds":' || decimal_of(free + c.own)
			|| ',"top_up":' || decimal_of(greatest(0,
				needed + case when needed > free then s.gap + s.owed + s.owed_refunds else 0 end - free))
			|| ',"deepest_funded_price":' || case when c.needed_at_nothing <= free then '"0.00"'
				else decimal_of(deepest_funded(s.no, i.no, asked_price, at, free)) end;
		if needed > free then
			return answered('hold', 'cut_unfunded') || figures;
		end if;
	end if;
	update items set price = asked_price, priced_at = at where store = s.no and sku = i.sku;
	if c.changed > 0 then
		if s.gap = 0 and needed <= free then
			update order_lines o set due = nullif(claimable(unit_price, quantity, asked_price, refunded, goodwill), 0),
				trigger_seq = case when claimable(unit_price, quantity, asked_price, refunded, goodwill) > 0
					then coalesce(o.trigger_seq, set_price.seq) end
			where o.store = s.no and o.item = i.no and o.ends_at >= at
				and claimable(unit_price, quantity, asked_price, refunded, goodwill) <> coalesce(o.due, 0);
			if needed > 0 or c.freed > 0 then
				s := reserve_more(s, needed);
				s := free_reserve(s, c.freed);
				s.next_end := least(s.next_end, c.first_end);
				if c.freed > 0 then s := arrive(s, at); end if;
				perform write_store(s);
			end if;
		else
			-- A fact that funds do not cover, or older gaps: line by line, latest first, as the money reaches.
			was := i.price;
			for l in select o.* from order_lines o where o.store = s.no and o.item = i.no and o.ends_at >= at
				order by o.opened_seq desc
			loop
				s := settle_line(s, l, reserve_of(l), asked_price, at, seq, was is null or asked_price < was, false);
			end loop;
			s := arrive(s, at);
			perform write_store(s);
		end if;
	end if;
	return case when asked then answered('approve', case when c.hit > 0 then 'cut_funded' end) || figures end;
end $$;

-- Orders ------------------------------------------------------------------------------------------------------------

create function order_paid(r jsonb, at timestamptz, seq bigint) returns text language plpgsql as $$
declare
	s int;
	i items;
	unit bigint := minor(r, 'unit_price');
	quantity int := (r ->> 'quantity')::int;
begin
	if quantity < 1 then
		raise exception using errcode = '22023', message = 'not a quantity', column = 'quantity';
	end if;
	select no into s from stores where id = r ->> 'store_id' for update;
	if not found then return failed('unknown_store', 'store_id'); end if;
	select * into i from items where store = s and sku = r ->> 'sku_id';
	if not found then
		insert into items (store, sku) values (s, r ->> 'sku_id') returning * into i;
	end if;
	insert into order_lines (id, store, item, quantity, opened_seq, unit_price, held, paid_at, ends_at, due, trigger_seq,
		buyer_id)
	select r ->> 'order_line_id', s, i.no, quantity, seq, unit, unit * quantity, at, e, nullif(d, 0),
		case when d > 0 then seq end, r ->> 'buyer_id'
	from (select window_end(at, (r ->> 'protect_days')::int) as e) w,
		lateral (select case when e is null then 0 else claimable(unit, quantity, i.price, 0, 0) end as d) x
	on conflict do nothing;
	return case when not found then failed('duplicate_order_line', 'order_line_id') end;
end $$;

create function order_delivered(r jsonb, at timestamptz, seq bigint) returns text language plpgsql as $$
begin
	update order_lines set delivered_at = coalesce(delivered_at, at) where id = r ->> 'order_line_id';
	return case when not found then failed('unknown_order_line', 'order_line_id') end;
end $$;

create function order_released(r jsonb, at timestamptz, seq bigint) returns text language plpgsql as $$
declare
	s stores;
	l record;
	stated bigint := minor_if_any(r, 'amount');
	kept bigint;
begin
	select o.* into s from stores o join order_lines x on x.store = o.no where x.id = r ->> 'order_line_id' for update of o;
	if not found then return failed('unknown_order_line', 'order_line_id'); end if;
	if s.next_end < at and s.gap + s.owed + s.owed_refunds > 0 then s := sweep(s, at); end if;
	-- What the held proceeds secured becomes the line's reserve; of a window that is over only an old reserve is left.
	update order_lines o set released_at = at,
		due = case when o.ends_at < at then nullif(o.due - least(o.due, o.held), 0) else o.due end
	where o.id = r ->> 'order_line_id' and o.released_at is null
	returning o.held, o.due, o.ends_at, o.from_held into l;
	if not found then return null; end if;
	kept := case when l.ends_at >= at then least(coalesce(l.due, 0), l.held) else 0 end;
	if stated is null then
		s.balance := s.balance + l.held - kept;
	else
		s.balance := s.balance + greatest(0,
			stated - least(coalesce(l.from_held, 0), greatest(0, stated - l.held)) - kept);
	end if;
	if kept > 0 then
		s.reserve := s.reserve + kept;
		s.next_end := least(s.next_end, l.ends_at);
	end if;
	if s.gap + s.owed + s.owed_refunds > 0 then
		s := arrive(s, at);
		perform write_store(s);
	else
		update stores set balance = s.balance, reserve = s.reserve, next_end = s.next_end where no = s.no;
	end if;
	return null;
end $$;

create function order_refunded(r jsonb, at timestamptz, seq bigint) returns text language plpgsql as $$
declare
	s stores;
	l order_lines;
	amount bigint := minor(r, 'amount');
	rest bigint;
	part bigint;
	reserve bigint;
	returned int;
begin
	select o.* into s from stores o join order_lines x on x.store = o.no where x.id = r ->> 'order_line_id' for update of o;
	if not found then return failed('unknown_order_line', 'order_line_id'); end if;
	if s.next_end < at then s := sweep(s, at); end if;
	select * into l from order_lines where id = r ->> 'order_line_id';
	reserve := reserve_of(l);
	returned := least(l.quantity, coalesce((r ->> 'quantity')::int,
		case when amount >= l.unit_price * l.quantity then l.quantity else (amount / l.unit_price)::int end));
	part := case when l.released_at is null then least(l.held, amount) else 0 end;
	l.held := l.held - part;
	rest := amount - part;
	part := least(rest, s.balance + s.deposit);
	s := spend(s, part);
	s.owed_refunds := s.owed_refunds + rest - part;
	l.quantity := l.quantity - returned;
	l.goodwill := nullif(coalesce(l.goodwill, 0) + greatest(0, amount - l.unit_price * returned), 0);
	s := settle_line(s, l, reserve, (select price from items where store = s.no and no = l.item), at, seq);
	perform write_store(s);
	return null;
end $$;

-- Claim gate and payment --------------------------------------------------------------------------------------------

-- The platform advances a refund and collects: held proceeds, own reserve, free money, other reserves; the rest is owed.
create function pay_claim(
	s stores, l order_lines, claim text, amount bigint, stated bigint, reference bigint, at timestamptz, seq bigint
) returns void language plpgsql as $$
declare
	wanted bigint := coalesce(stated, amount);
	reserve bigint := reserve_of(l);
	taken bigint := case when l.released_at is null then least(l.held, wanted) else 0 end;
	part bigint;
begin
	l.held := l.held - taken;
	l.from_held := nullif(coalesce(l.from_held, 0) + taken, 0);
	part := least(reserve, wanted - taken);
	if part > 0 then
		reserve := reserve - part;
		s.reserve := s.reserve - part;
		s.deposit_lent := least(s.deposit_lent, s.reserve);
		taken := taken + part;
	end if;
	l.refunded := coalesce(l.refunded, 0) + amount;
	part := least(wanted - taken, s.balance + s.deposit);
	if part > 0 then
		s := spend(s, part);
		taken := taken + part;
	end if;
	if wanted > taken and s.reserve > reserve then
		-- reserves of other lines; this line's own is spent
		update order_lines set due = null, gap = null where id = l.id;
		part := s.reserve;
		s := take_reserves(s, least(wanted - taken, s.reserve), at);
		taken := taken + part - s.reserve;
	end if;
	taken := greatest(taken, coalesce(stated, 0));
	if stated is null then
		s.owed := s.owed + amount - taken;
	else
		s.owed_stated := s.owed_stated + amount - taken;
	end if;
	insert into claims values (seq, claim, l.id, at, amount, taken);
	s := settle_line(s, l, reserve, reference, at, seq);
	perform write_store(s);
end $$;

create function claim_paid(r jsonb, at timestamptz, seq bigint) returns text language plpgsql as $$
declare
	s stores;
	l order_lines;
	amount bigint := minor(r, 'amount');
	stated bigint := minor_if_any(r, 'recovered');
begin
	if stated > amount then return failed('bad_field', 'recovered'); end if;
	select o.* into s from stores o join order_lines x on x.store = o.no where x.id = r ->> 'order_line_id' for update of o;
	if not found then return failed('unknown_order_line', 'order_line_id'); end if;
	if s.next_end < at then s := sweep(s, at); end if;
	select * into l from order_lines where id = r ->> 'order_line_id';
	perform pay_claim(s, l, r ->> 'claim_id', amount, stated,
		(select price from items where store = s.no and no = l.item), at, seq);
	return null;
end $$;

create function claim_file(r jsonb, at timestamptz, seq bigint) returns text language plpgsql as $$
declare
	s stores;
	l order_lines;
	reference bigint;
	amount bigint;
	refused text;
begin
	select o.* into s from stores o join order_lines x on x.store = o.no where x.id = r ->> 'order_line_id' for update of o;
	if not found then return failed('unknown_order_line', 'order_line_id'); end if;
	if s.next_end < at then s := sweep(s, at); end if;
	select * into l from order_lines where id = r ->> 'order_line_id';
	select price into reference from items where store = s.no and no = l.item;
	amount := claimable(l.unit_price, l.quantity, reference, l.refunded, l.goodwill);
	refused := case
		when l.ends_at is null or at < date_trunc('second', l.paid_at) then 'not_protected'
		when l.ends_at < at then 'window_ended'
		when l.quantity = 0 then 'line_refunded'
		when amount = 0 then 'nothing_claimable' end;
	if refused is not null then
		return answered('refuse', refused) || ',"amount":"0.00"';
	end if;
	if l.gap > 0 then
		return answered('hold', 'funds_short') || ',"amount":' || decimal_of(amount);
	end if;
	perform pay_claim(s, l, r ->> 'claim_id', amount, null, reference, at, seq);
	return answered('approve', 'claim_secured') || ',"amount":' || decimal_of(amount);
end $$;

-- Deposits and payout gate ------------------------------------------------------------------------------------------

create function deposit_received(r jsonb, at timestamptz, seq bigint) returns text language plpgsql as $$
declare
	s stores;
begin
	select * into s from stores where id = r ->> 'store_id' for update;
	if not found then return failed('unknown_store', 'store_id'); end if;
	if s.next_end < at then s := sweep(s, at); end if;
	s.deposit := s.deposit + minor(r, 'amount');
	s := arrive(s, at);
	perform write_store(s);
	return null;
end $$;

create function deposit_returned(r jsonb, at timestamptz, seq bigint) returns text language plpgsql as $$
declare
	s stores;
	rest bigint := minor(r, 'amount');
	part bigint;
	reserve bigint;
begin
	select * into s from stores where id = r ->> 'store_id' for update;
	if not found then return failed('unknown_store', 'store_id'); end if;
	if s.next_end < at then s := sweep(s, at); end if;
	part := least(s.deposit, rest);
	s.deposit := s.deposit - part;
	rest := rest - part;
	part := least(rest, s.deposit_lent);
	if part > 0 then
		reserve := s.reserve;
		s.deposit_lent := s.deposit_lent - part;
		s := take_reserves(s, part, at);
		rest := rest - (reserve - s.reserve);
	end if;
	s.unexplained := s.unexplained + rest;
	s := arrive(s, at);
	perform write_store(s);
	return null;
end $$;

create function pay_withdrawal(s stores, withdrawal text, amount bigint, at timestamptz, seq bigint) returns void
	language plpgsql as $$
declare
	rest bigint := amount;
	part bigint := least(s.balance, amount);
begin
	s.balance := s.balance - part;
	rest := rest - part;
	if rest > 0 then
		part := least(rest, greatest(0, s.reserve - s.deposit_lent));
		if part > 0 then
			s := take_reserves(s, part, at);
			rest := rest - part;
		end if;
		s.unexplained := s.unexplained + rest;
		s := arrive(s, at);
		perform write_store(s);
	else
		update stores set balance = s.balance where no = s.no;
	end if;
	insert into withdrawals values (seq, withdrawal, s.no, at, amount);
end $$;

create function withdrawal_paid(r jsonb, at timestamptz, seq bigint) returns text language plpgsql as $$
declare
	s stores;
begin
	select * into s from stores where id = r ->> 'store_id' for update;
	if not found then return failed('unknown_store', 'store_id'); end if;
	if s.next_end < at then s := sweep(s, at); end if;
	perform pay_withdrawal(s, r ->> 'withdrawal_id', minor(r, 'amount'), at, seq);
	return null;
end $$;

create function withdrawal_request(r jsonb, at timestamptz, seq bigint) returns text language plpgsql as $$
declare
	s stores;
	asked bigint := minor(r, 'amount');
	exposed bigint;
	margin bigint;
	headroom bigint;
	granted bigint;
begin
	select * into s from stores where id = r ->> 'store_id' for update;
	if not found then return failed('unknown_store', 'store_id'); end if;
	if s.next_end < at then s := sweep(s, at); end if;
	select coalesce(sum(greatest(0, unit_price * quantity - coalesce(refunded, 0) - coalesce(goodwill, 0)
			- case when released_at is null then held else 0 end)), 0) into exposed
		from order_lines where store = s.no and ends_at >= at;
	margin := (greatest(0, exposed - s.reserve) * margin_percent(s.opened_at, at) + 99) / 100;
	headroom := greatest(0, s.balance - greatest(0, margin - s.deposit));
	granted := least(asked, headroom);
	if granted > 0 or asked = 0 then
		perform pay_withdrawal(s, r ->> 'withdrawal_id', granted, at, seq);
	end if;
	return case
		when asked <= headroom then answered('approve', 'within_headroom')
		when headroom > 0 then answered('limit', 'over_headroom')
		else answered('hold', 'no_headroom') end
		|| ',"amount":' || decimal_of(granted) || ',"headroom":' || decimal_of(headroom);
end $$;

-- Taking records ----------------------------------------------------------------------------------------------------

create function decide(type text, r jsonb, at timestamptz, seq bigint) returns text language plpgsql as $$
begin
	if at is null then
		raise exception using errcode = '22023', message = 'missing', column = 'at';
	end if;
	return case type
		when 'order.paid' then order_paid(r, at, seq)
		when 'order.delivered' then order_delivered(r, at, seq)
		when 'order.released' then order_released(r, at, seq)
		when 'price.changed' then set_price(r, at, seq, false)
		when 'price.propose' then set_price(r, at, seq, true)
		when 'claim.file' then claim_file(r, at, seq)
		when 'claim.paid' then claim_paid(r, at, seq)
		when 'withdrawal.request' then withdrawal_request(r, at, seq)
		when 'withdrawal.paid' then withdrawal_paid(r, at, seq)
		when 'guarantee.quote' then guarantee_quote(r, at, seq)
		when 'deposit.received' then deposit_received(r, at, seq)
		when 'deposit.returned' then deposit_returned(r, at, seq)
		when 'order.refunded' then order_refunded(r, at, seq)
		when 'store.opened' then store_opened(r, at, seq, false)
		when 'store.apply' then store_opened(r, at, seq, true)
		when 'store.closed' then store_closed(r, at, seq)
		when 'store.labelled' then null
		else failed('bad_record', 'type') end;
end $$;

-- One record, one transaction.
create function take_record(r jsonb) returns text language plpgsql as $$
declare
	record_id text := r ->> 'id';
	record_type text := r ->> 'type';
	content bigint := jsonb_hash_extended(r, 0);
	known records;
	n bigint;
	answer text;
	is_error boolean;
begin
	select * into known from records where id = record_id;
	if found then
		if known.hash <> content then
			return outcome_of(record_id, null, record_type, failed('bad_record', 'id'));
		end if;
		return coalesce(known.outcome, outcome_of(record_id, known.seq, record_type, null));
	end if;
	n := nextval('call_seq') * 100000;
	answer := decide(record_type, r, (r ->> 'at')::timestamptz, n);
	if answer is null then
		insert into records values (record_id, n, content, null);
		return outcome_of(record_id, n, record_type, null);
	end if;
	is_error := left(answer, 7) = '"error"';
	answer := outcome_of(record_id, n, record_type, answer);
	if not is_error then
		insert into records values (record_id, n, content, answer);
	end if;
	return answer;
end $$;

-- Many records, one commit, each by itself: what take_records falls back to when a record is sick or was sent before.
create function take_records_one_by_one(batch jsonb) returns text language plpgsql as $$
declare
	r jsonb;
	answers text[] := '{}';
	field text;
begin
	for r in select value from jsonb_array_elements(batch) loop
		begin
			answers := answers || take_record(r);
		exception when data_exception or not_null_violation or check_violation then
			get stacked diagnostics field = column_name;
			answers := answers || outcome_of(coalesce(r ->> 'id', ''), null, '', failed('bad_field', coalesce(field, '')));
		end;
	end loop;
	return '[' || array_to_string(answers, ',') || ']';
end $$;

-- What a batch needs of a record before its own handler looks at it.
create type intake as (
	ord int, id text, hash bigint, type text, at timestamptz, store int, line text,
	sku text, quantity int, unit numeric, days int, buyer text
);

/*
 Many records in one call and one commit. Stores are locked first, in order. Stores whose records here are all plain
 (lines paid, delivered, released in full; nothing owed or missing) need no order among them, so they are done as sets,
 one statement a kind; the records of the others go to their gates one after the other, in order. Optimistic about
 resends and repeated lines: an id that is known breaks its unique key, and the caller falls back to
 take_records_one_by_one.
*/
create function take_records(batch jsonb) returns text language plpgsql as $$
declare
	w intake[];
	paid intake[];
	delivered intake[];
	released intake[];
	rough intake[];
	x intake;
	outcomes text[];
	troubled int[];
	unsure boolean;
	sick boolean;
	base bigint;
	answer text;
	done bigint[];
begin
	-- Parse once; find every record's store.
	select array_agg(row(y.ord, y.id, jsonb_hash_extended(y.r, 0), y.type, y.at, coalesce(s.no, l.store), y.order_line_id,
				y.sku_id, y.quantity, y.unit_price, y.protect_days, y.buyer_id)::intake),
			bool_or(s.no is null and l.store is null), 
			bool_or(y.id is null or y.at is null or min_scale(y.unit_price) > 2 or y.unit_price < 0 or y.quantity < 1
				or y.protect_days < 0)
		into w, unsure, sick
		from rows from (
				jsonb_array_elements(batch),
				jsonb_to_recordset(batch) as (id text, type text, at timestamptz, store_id text, order_line_id text,
					sku_id text, quantity int, unit_price numeric, protect_days int, buyer_id text)
			) with ordinality
			as y (r, id, type, at, store_id, order_line_id, sku_id, quantity, unit_price, protect_days, buyer_id, ord)
		left join stores s on s.id = y.store_id
		left join order_lines l on l.id = case when y.store_id is null then y.order_line_id end;
	if w is null then return '[]'; end if;
	if sick then raise exception using errcode = '22023', message = 'a field does not fit'; end if;
	outcomes := array_fill(null::text, array[cardinality(w)]);

	-- A line that is paid further up in the same call has its store from there.
	if unsure then
		select array_agg(row(y.ord, y.id, y.hash, y.type, y.at, coalesce(y.store, (p.of ->> y.line)::int), y.line, y.sku, y.quantity, y.unit,
				y.days, y.buyer)::intake order by y.ord)
			into w
			from unnest(w) y,
				(select jsonb_object_agg(z.line, z.store) as of from unnest(w) z where z.type = 'order.paid') p;
	end if;

	-- Lock in order; single out the stores that need their records one after the other.
	select array_agg(z.no) filter (where z.gap + z.owed + z.owed_refunds > 0) into troubled from (
		select s.no, s.gap, s.owed, s.owed_refunds from stores s
		where s.no = any (array(select distinct y.store from unnest(w) y)) order by s.no for update
	) z;
	base := nextval('call_seq') * 100000;
	select array_agg(z) filter (where z.store is null or z.store = any (troubled || hard.nos)),
			array_agg(z) filter (where z.type = 'order.paid' and z.store <> all (troubled || hard.nos)),
			array_agg(z) filter (where z.type = 'order.delivered' and z.store <> all (troubled || hard.nos)),
			array_agg(z) filter (where z.type = 'order.released' and z.store <> all (troubled || hard.nos))
		into rough, paid, delivered, released
		from (select coalesce(array_agg(distinct y.store), '{}') as nos from unnest(w) y
				where y.store is not null and (y.type not in ('order.paid', 'order.delivered', 'order.released')
					or y.type = 'order.released' and batch -> (y.ord - 1) ? 'amount')) hard,
			unnest(w) z;

	if paid is not null then
		with made as (
			insert into order_lines (id, store, item, quantity, opened_seq, unit_price, held, paid_at, ends_at, due,
				trigger_seq, buyer_id)
			select p.line, p.store, i.no, p.quantity, base + p.ord, u.minor, u.minor * p.quantity, p.at, e.ends_at,
				nullif(d.due, 0), case when d.due > 0 then base + p.ord end, p.buyer
			from unnest(paid) p
				join items i on i.store = p.store and i.sku = p.sku,
				lateral (select (p.unit * 100)::bigint as minor) u,
				lateral (select window_end(p.at, p.days) as ends_at) e,
				lateral (select case when e.ends_at is null then 0
					else claimable(u.minor, p.quantity, i.price, 0, 0) end as due) d
			returning opened_seq
		)
		select array_agg(opened_seq) into done from made;
		-- An item never seen: the handler makes it.
		if cardinality(done) is distinct from cardinality(paid) then
			foreach x in array paid loop
				continue when base + x.ord = any (done);
				outcomes[x.ord] := decide(x.type, batch -> (x.ord - 1), x.at, base + x.ord);
			end loop;
		end if;
	end if;

	if delivered is not null then
		with made as (
			update order_lines l set delivered_at = coalesce(l.delivered_at, d.at) from unnest(delivered) d
			where l.id = d.line and l.opened_seq < base + d.ord returning d.ord
		)
		select array_agg(ord) into done from made;
		if cardinality(done) is distinct from cardinality(delivered) then
			foreach x in array delivered loop
				continue when x.ord = any (done);
				outcomes[x.ord] := case when exists (select from order_lines where id = x.line and opened_seq > base + x.ord)
					then failed('unknown_order_line', 'order_line_id')
					else decide(x.type, batch -> (x.ord - 1), x.at, base + x.ord) end;
			end loop;
		end if;
	end if;

	if released is not null then
		with made as (
			update order_lines l set released_at = d.at,
				due = case when l.ends_at < d.at then nullif(l.due - least(l.due, l.held), 0) else l.due end
			from unnest(released) d
			where l.id = d.line and l.opened_seq < base + d.ord and l.released_at is null
			returning d.ord, l.store, l.held, l.ends_at,
				case when l.ends_at >= d.at then least(coalesce(l.due, 0), l.held) else 0 end as kept
		), moved as (
			update stores s set balance = s.balance + m.amount, reserve = s.reserve + m.kept,
				next_end = least(s.next_end, m.first_end)
			from (
				select store, sum(held - kept)::bigint as amount, sum(kept)::bigint as kept,
					min(ends_at) filter (where kept > 0) as first_end
				from made group by store
			) m
			where s.no = m.store
		)
		select array_agg(ord) into done from made;
		if cardinality(done) is distinct from cardinality(released) then
			foreach x in array released loop
				continue when x.ord = any (done);
				outcomes[x.ord] := case when exists (select from order_lines where id = x.line and opened_seq > base + x.ord)
					then failed('unknown_order_line', 'order_line_id')
					else decide(x.type, batch -> (x.ord - 1), x.at, base + x.ord) end;
			end loop;
		end if;
	end if;

	if rough is not null then
		foreach x in array rough loop
			outcomes[x.ord] := decide(x.type, batch -> (x.ord - 1), x.at, base + x.ord);
		end loop;
	end if;

	insert into records
		select y.id, base + y.ord, y.hash, case when y.answer is not null then outcome_of(y.id, base + y.ord, y.type, y.answer) end
		from unnest(w, outcomes)
			as y (ord, id, hash, type, at, store, line, sku, quantity, unit, days, buyer, answer)
		where y.answer is null or left(y.answer, 7) <> '"error"';
	select '[' || string_agg(outcome_of(y.id, base + y.ord, y.type, y.answer), ',') || ']' into answer
		from unnest(w, outcomes)
			as y (ord, id, hash, type, at, store, line, sku, quantity, unit, days, buyer, answer);
	return answer;
end $$;

-- What a team would run every minute, so that reserves of quiet stores come free too (the gates do not need it).
create function sweep_all(now timestamptz) returns bigint language plpgsql as $$
declare
	s stores;
	swept bigint := 0;
begin
	for s in select * from stores where next_end < now order by no for update skip locked loop
		perform sweep(s, now);
		swept := swept + 1;
	end loop;
	return swept;
end $$;
