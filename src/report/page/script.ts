/**
 * What the page can do beyond being read: start in the reader's language, filter the list, say what a mark is when
 * pointed at, open what is linked to. All of it is optional; the page is complete without. It keeps nothing and asks
 * nobody.
 */
export const SCRIPT = `
'use strict';
(() => {
	const page = document;
	const byId = (id) => page.getElementById(id);
	const [en, zh] = [byId('en'), byId('zh')];

	const follow = () => { page.documentElement.lang = zh.checked ? 'zh-Hans' : 'en'; };
	(/^zh\\b/i.test(navigator.language || '') ? zh : en).checked = true;
	for (const choice of [en, zh]) choice.addEventListener('change', follow);
	follow();

	const field = byId('filter');
	if (field) {
		const [only, shown] = [byId('flagged-only'), byId('shown')];
		const rows = Array.from(page.querySelectorAll('.ranked tbody tr'), (row) => [row, row.textContent.toLowerCase()]);
		const filter = () => {
			const wanted = field.value.trim().toLowerCase();
			let left = 0;
			for (const [row, text] of rows) {
				const stays = text.includes(wanted) && (!only.checked || row.classList.contains('is-flagged'));
				row.classList.toggle('out', !stays);
				if (stays) left++;
			}
			shown.textContent = left + ' / ' + rows.length;
		};
		field.closest('.filter').hidden = false;
		field.addEventListener('input', filter);
		only.addEventListener('change', filter);
		filter();
	}

	// Native tooltips come late and in both languages: the title's words are held back while ours are shown.
	const tip = page.createElement('div');
	tip.className = 'tip';
	tip.hidden = true;
	page.body.append(tip);
	for (const title of page.querySelectorAll('svg > title')) {
		title.parentNode.setAttribute('aria-label', title.textContent);
		title.remove();
	}
	const titleOf = (mark) => {
		for (let at = mark; at && at.nodeName !== 'svg'; at = at.parentNode) {
			const title = at.querySelector && at.querySelector(':scope > title');
			if (title) return title;
		}
		return null;
	};
	let held = null;
	const letGo = () => {
		if (held) held.title.textContent = held.words;
		held = null;
		tip.hidden = true;
	};
	const said = (words) => {
		const [first, ...rest] = words.split('\\n');
		return [first.split(' \\u00b7 ')[zh.checked ? 1 : 0] || first, ...rest].join('\\n');
	};
	page.addEventListener('pointerover', (event) => {
		letGo();
		const title = event.target.ownerSVGElement ? titleOf(event.target) : null;
		if (!title) return;
		held = { title, words: title.textContent };
		title.textContent = '';
		tip.textContent = said(held.words);
		tip.hidden = false;
		const [width, height] = [tip.offsetWidth, tip.offsetHeight];
		const [x, y] = [event.clientX + 12, event.clientY + 14];
		tip.style.left = Math.max(4, Math.min(x, innerWidth - width - 8)) + 'px';
		tip.style.top = (y + height > innerHeight ? event.clientY - height - 10 : y) + 'px';
	});
	page.addEventListener('scroll', letGo, { passive: true, capture: true });
	page.documentElement.addEventListener('pointerleave', letGo);

	const reveal = () => {
		const target = location.hash && byId(location.hash.slice(1));
		if (target && target.nodeName === 'DETAILS') {
			target.open = true;
			target.scrollIntoView();
		}
	};
	addEventListener('hashchange', reveal);
	page.addEventListener('click', (event) => {
		const link = event.target.closest && event.target.closest('a[href^="#"]');
		if (link && link.hash === location.hash) reveal();
	});
	reveal();
	addEventListener('beforeprint', () => {
		for (const part of page.querySelectorAll('details')) part.open = true;
	});
})();
`.trim();
