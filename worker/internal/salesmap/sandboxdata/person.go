package sandboxdata

// person is what the fields of a person are written from.
type person struct {
	index    int
	position int
	org      int
	owner    int
	created  moment
	modified moment
}

// personOrganization returns the organisation that person i works for.
func (w *Workspace) personOrganization(i int) int {
	if g := i - w.people.total(); g >= 0 {
		return w.newPersonOrganization(g)
	}
	return w.people.organization(i)
}

func (w *Workspace) personName(i int) string { return w.words.person(w.roll(streamPerson, i).then(1)) }

func (w *Workspace) personAt(i, position int) person {
	r := w.roll(streamPerson, i)
	p := person{index: i, position: position, org: w.personOrganization(i)}
	p.owner = w.owner(p.org, r.then(2))
	span := int(w.today - w.opening)
	met := w.opening - 200 + day(r.then(3).below(span+199))
	p.created = met.at(r.then(4))
	p.modified = min(met+day(r.then(5).below(400)), w.today-1).at(r.then(6))
	if g := i - w.people.total(); g >= 0 {
		p.created = w.tickTime(personTick(g))
		p.modified = p.created
	}
	return p
}

// upperOrg returns the unit that person i works in: one that has a target in
// the configuration, if the organisation has such, or any.
func (w *Workspace) upperOrg(i, org int) string {
	r := w.roll(streamPerson, i).then(7)
	if org < len(w.profile.orgNames) {
		if units := w.profile.upperOrgs[w.profile.orgNames[org]]; len(units) > 0 && r.chance(60) {
			return pick(r.then(1), units)
		}
	}
	if r.then(2).chance(25) && len(w.profile.hrdUnits) > 0 {
		return pick(r.then(3), w.profile.hrdUnits) + pick(r.then(4), []string{"팀", "본부", "실"})
	}
	return pick(r.then(5), upperOrgNames())
}

func upperOrgNames() []string {
	return []string{
		"인재개발원", "교육기획본부", "글로벌사업부", "데이터전략실", "마케팅본부", "IT기획실", "생산기술센터",
		"품질혁신센터", "재무본부", "연구개발본부", "구매본부", "영업본부", "경영지원본부", "미래개척실",
	}
}

func (w *Workspace) personWriter(_, holds string) (writer[person], bool) {
	switch holds {
	case "id":
		return func(dst []byte, p *person, _ roll) []byte { return w.appendIDField(dst, streamPerson, p.index) }, true
	case "organization":
		return func(dst []byte, p *person, _ roll) []byte { return w.appendIDField(dst, streamOrganization, p.org) }, true
	case "name":
		return func(dst []byte, p *person, _ roll) []byte { return appendString(dst, w.personName(p.index)) }, true
	case "owner":
		return func(dst []byte, p *person, r roll) []byte {
			if r.then(9).chance(12) {
				return appendNull(dst)
			}
			return w.appendOwner(dst, p.owner, r)
		}, true
	case "team":
		return func(dst []byte, p *person, r roll) []byte {
			if r.then(9).chance(38) {
				return appendNull(dst)
			}
			return w.appendTeam(dst, p.owner, r)
		}, true
	case "upper_org":
		return func(dst []byte, p *person, r roll) []byte { return appendBlemished(dst, r, w.upperOrg(p.index, p.org)) }, true
	case "webforms":
		return w.writePersonForms, true
	default:
		write, ok := personWriters()[holds]
		return write, ok
	}
}

// personWriters are the writers that need nothing of the workspace.
func personWriters() map[string]writer[person] {
	words := func(from ...string) writer[person] {
		return func(dst []byte, _ *person, r roll) []byte { return appendBlemished(dst, r, pick(r.then(1), from)) }
	}
	return map[string]writer[person]{
		"record_id": func(dst []byte, p *person, _ roll) []byte { return appendInt(dst, int64(p.position)+1) },
		"created":   func(dst []byte, p *person, _ roll) []byte { return appendMoment(dst, p.created) },
		"modified":  func(dst []byte, p *person, _ roll) []byte { return appendMoment(dst, p.modified) },
		"customer_state": func(dst []byte, _ *person, r roll) []byte {
			return appendOptional(dst, pick(r, []string{"신규", "활성", "휴면", ""}))
		},
		"sequence_count": func(dst []byte, _ *person, r roll) []byte {
			return appendInt(dst, int64([...]int{0, 0, 1, 4}[r.below(4)]))
		},
		"education_area":  words("AI 교육", "신입사원 교육", "리더십 교육", "직무 교육", "전사 교육", "법정 교육", "DT 교육"),
		"title_signature": words("선임", "사원", "매니저", "프로", "부장", "팀장", "대리", "파트장", "수석", "책임", "과장"),
		"team_signature":  words("역량개발파트", "성장팀", "1팀", "2팀", "운영팀", "기획팀", "전략팀", "디지털랩", "총무팀"),
		"title": func(dst []byte, _ *person, r roll) []byte {
			if r.chance(20) {
				return appendNull(dst)
			}
			return appendString(dst, pick(r.then(1), []string{"", "대리", "팀장", "매니저"}))
		},
		"marketing_consent": func(dst []byte, _ *person, r roll) []byte {
			if r.chance(32) {
				return appendNull(dst)
			}
			return appendBool(dst, r.then(1).chance(53))
		},
		"opted_out": func(dst []byte, _ *person, r roll) []byte { return appendBool(dst, r.chance(5)) },
		"email": func(dst []byte, p *person, r roll) []byte {
			if r.chance(10) {
				return appendNull(dst)
			}
			dst = append(dst, `"c`...)
			dst = appendPadded(dst, p.index, 5)
			return append(dst, `@customer.example"`...)
		},
		"phone": func(dst []byte, p *person, r roll) []byte {
			if r.chance(30) {
				return appendNull(dst)
			}
			dst = append(dst, `"010-0000-`...)
			dst = appendPadded(dst, p.index%10_000, 4)
			return append(dst, '"')
		},
		"ai_level": func(dst []byte, _ *person, r roll) []byte {
			if r.chance(60) {
				return appendNull(dst)
			}
			return appendInt(dst, int64(r.then(1).between(1, 5)))
		},
	}
}

// appendBlemished appends a text that people type in: mostly as it should be,
// now and then blank, "None", or with a blank at its end.
func appendBlemished(dst []byte, r roll, s string) []byte {
	r = r.then(50)
	switch x := r.below(100); {
	case x < 4:
		return appendNull(dst)
	case x < 6:
		return append(dst, `""`...)
	case x < 7:
		return append(dst, `" "`...)
	case x < 8:
		return append(dst, `"None"`...)
	case x < 9:
		return append(dst, `"nan"`...)
	case x < 10:
		return append(dst, `"미입력"`...)
	case x < 11:
		return appendString(dst, s+" ")
	default:
		return appendString(dst, s)
	}
}
