package sandboxdata

// memo is what the fields of a memo are written from. Indices are -1 where the
// memo is not attached to such a thing.
type memo struct {
	index                   int
	org, person, deal, lead int
	owner                   int
	created                 moment
	form                    bool // written by a web form
	fresh                   bool // written while the workspace evolved
}

func (w *Workspace) memoAt(i int) memo {
	r := w.roll(streamMemo, i)
	m := memo{index: i, person: -1, deal: -1, lead: -1}
	if g := i - w.memos.total(); g >= 0 {
		w.freshMemo(&m, g)
		return m
	}
	m.org = w.memos.organization(i)
	m.owner = w.owner(m.org, r.then(1))
	since := w.opening
	deals, people, leads := w.deals.count(m.org), w.people.count(m.org), w.leads.count(m.org)
	switch x := r.below(100); {
	case x < 55 && deals > 0:
		m.deal = w.deals.first(m.org) + r.then(2).below(deals)
		m.person = w.dealPerson(m.deal, m.org)
		since = w.dealCreated(m.deal)
	case x < 82 && people > 0:
		m.person = w.people.first(m.org) + r.then(2).below(people)
		m.form = r.then(3).chance(40)
	case x < 86 && leads > 0:
		m.lead = w.leads.first(m.org) + r.then(2).below(leads)
	default:
		m.form = r.then(3).chance(45)
	}
	m.created = (since + day(r.then(4).below(int(w.today-since)))).at(r.then(5))
	return m
}

// freshMemo makes m the g-th new memo: about the deal that arrived, about one
// that moved, or about the person who arrived.
func (w *Workspace) freshMemo(m *memo, g int) {
	tick := memoTick(g)
	m.fresh = true
	m.created = w.tickTime(tick)
	switch g % memosPerTick {
	case 0:
		m.deal = w.deals.total() + (tick-1)*dealsPerTick
	case 1:
		m.deal = w.touchedDeal(tick, 0)
	default:
		m.person = w.people.total() + tick - 1
		m.org = w.personOrganization(m.person)
	}
	if m.deal >= 0 {
		m.org = w.dealOrganization(m.deal)
		m.person = w.dealPerson(m.deal, m.org)
	}
	m.owner = w.owner(m.org, w.roll(streamMemo, m.index).then(1))
}

func (w *Workspace) memoWriter(_, holds string) (writer[memo], bool) {
	reference := func(s stream, get func(*memo) int) writer[memo] {
		return func(dst []byte, m *memo, _ roll) []byte {
			i := get(m)
			if i < 0 {
				return appendNull(dst)
			}
			return w.appendIDField(dst, s, i)
		}
	}
	switch holds {
	case "id":
		return reference(streamMemo, func(m *memo) int { return m.index }), true
	case "peopleId":
		return reference(streamPerson, func(m *memo) int { return m.person }), true
	case "leadId":
		return reference(streamLead, func(m *memo) int { return m.lead }), true
	case "dealId":
		return func(dst []byte, m *memo, r roll) []byte {
			if m.deal < 0 && !m.fresh {
				switch r.below(80) {
				case 0:
					return append(dst, `""`...)
				case 1:
					return append(dst, `" "`...)
				}
			}
			return reference(streamDeal, func(m *memo) int { return m.deal })(dst, m, r)
		}, true
	case "organizationId":
		return func(dst []byte, m *memo, r roll) []byte {
			if (m.deal >= 0 || m.person >= 0) && r.chance(7) {
				return appendNull(dst)
			}
			return w.appendIDField(dst, streamOrganization, m.org)
		}, true
	case "ownerId":
		return func(dst []byte, m *memo, r roll) []byte {
			if r.chance(2) {
				return appendNull(dst)
			}
			return append(append(append(dst, '"'), w.userIDs[m.owner]...), '"')
		}, true
	case "parentId":
		return func(dst []byte, m *memo, r roll) []byte {
			if m.index == 0 || r.below(300) != 0 {
				return appendNull(dst)
			}
			return w.appendIDField(dst, streamMemo, m.index-1)
		}, true
	case "createdAt", "updatedAt":
		return func(dst []byte, m *memo, _ roll) []byte { return appendMoment(dst, m.created) }, true
	case "text":
		return w.writeMemoText, true
	case "htmlBody":
		return w.writeMemoHTML, true
	case "type_list":
		return func(dst []byte, _ *memo, r roll) []byte {
			if r.chance(60) {
				return append(dst, `[]`...)
			}
			return append(dst, `[{"_id":"8f6a1f0e-7c1d-4b52-9a57-2f4f3f0f9b11","value":"회의록","color":"blue"}]`...)
		}, true
	default:
		return nil, false
	}
}

// phrasing returns the roll from which both forms of a memo's text are made.
func (w *Workspace) phrasing(m *memo) roll { return w.roll(streamMemo, m.index).then(40) }

// formatted tells whether a memo has an HTML form.
func (m *memo) formatted(r roll) bool { return !m.form && r.then(9).chance(42) }

func (w *Workspace) writeMemoText(dst []byte, m *memo, _ roll) []byte {
	r := w.phrasing(m)
	if m.form {
		return append(w.appendFormText(append(dst, '"'), m, r), '"')
	}
	if m.formatted(r) && r.then(8).chance(15) {
		return appendNull(dst)
	}
	switch x := r.then(7).below(100); {
	case x < 2 && !m.fresh:
		return append(dst, `""`...)
	case x < 3 && !m.fresh:
		return append(dst, `"  "`...)
	default:
		return append(appendNote(append(dst, '"'), r, m.fresh), '"')
	}
}

func (w *Workspace) writeMemoHTML(dst []byte, m *memo, _ roll) []byte {
	r := w.phrasing(m)
	if !m.formatted(r) {
		return appendNull(dst)
	}
	if r.then(6).chance(25) && !m.fresh {
		return appendString(dst, pick(r.then(5), formattedNotes()))
	}
	dst = append(dst, `"<p>`...)
	dst = appendNote(dst, r, m.fresh)
	return append(dst, `</p>"`...)
}

// appendNote appends a sentence or two about a contact, without quotes.
func appendNote(dst []byte, r roll, fresh bool) []byte {
	if fresh {
		dst = append(dst, "[자동 기록] "...)
	}
	dst = append(dst, pick(r, []string{"담당자", "팀장님", "인사팀", "교육 담당", "현업 부서", "임원진"})...)
	dst = append(dst, "와 "...)
	dst = append(dst, pick(r.then(1), []string{
		"통화함.", "미팅 진행.", "견적 재요청.", "일정 조율 중.", "제안서 요청.", "계약서 검토 중.", "만족도 공유.",
		"차년도 계획 문의.", "메일 회신 받음.", "금액 협의함.",
	})...)
	return append(dst, pick(r.then(2), []string{
		"", " 다음 주 재통화 예정.", " 참고 자료 송부 완료.", " 경쟁 제안 2곳 있음.", "",
		` \"온라인\" 병행도 검토 👍`, ` 예산 3천만 원\n인원 40명\n기간 2개월`,
	})...)
}

// formattedNotes are bodies of every shape that people paste.
func formattedNotes() []string {
	return []string{
		"<h2>회의록</h2><ol><li>안건</li><li>결정</li></ol><hr><blockquote>인용문</blockquote>",
		"<table><tr><th>구분</th><th>금액</th></tr><tr><td>온라인</td><td>1,000</td></tr></table>",
		`<table><tr><td rowspan="2">합침</td><td>ㄱ</td></tr><tr><td>ㄴ</td></tr></table>`,
		"<div>목록<ul><li>하나</li><li>둘<ul><li>둘-하나</li></ul></li></ul></div>",
		"<p>기호 &amp; &lt;꺾쇠&gt; &nbsp;공백 &#8212; &quot;따옴표&quot;</p>",
		"<p>닫지 않은 문단<p>다음 <i>기울임",
		"<p>줄바꿈<br>다음 줄<br/>끝</p>",
		"<p></p>",
	}
}

// appendFormText appends what a web form writes into a memo: one line a
// question, some of which the configuration wants dropped.
func (w *Workspace) appendFormText(dst []byte, m *memo, r roll) []byte {
	forms := &w.profile.memoForms
	line := func(key, value string) {
		dst = append(dst, "- "...)
		dst = appendEscaped(dst, key)
		dst = append(dst, ": "...)
		dst = appendEscaped(dst, value)
		dst = append(dst, '\\', 'n')
	}
	org, _ := w.organizationName(m.org)
	answers := [...]string{
		w.words.person(r.then(20)), "form" + string(appendInt(nil, int64(m.index))) + "@customer.example", org,
		"교육 기획", "매니저",
	}
	for i, key := range forms.MinimalKeys {
		line(key, answers[i%len(answers)])
	}
	for i, key := range forms.DropKeys {
		line(key, [...]string{"동의", "검색", "제조", "010-0000-0000"}[i%4])
	}
	for _, marker := range forms.Markers {
		line(marker, "동의")
	}
	if len(forms.QuestionWords) > 0 && r.then(21).chance(80) {
		line(pick(r.then(22), forms.QuestionWords)+" 내용", pick(r.then(23), []string{
			"생성형 AI 과정을 44명 규모로 검토합니다.\n기간은 두 달 정도입니다.", "견적과 일정이 궁금합니다.",
			"신입사원 과정을 온라인으로 하고 싶습니다.", "...",
		}))
	}
	if r.then(24).chance(50) {
		line("희망 시기", string(appendInt(nil, int64(r.then(25).between(1, 12))))+"월")
	}
	return dst[:len(dst)-2]
}
