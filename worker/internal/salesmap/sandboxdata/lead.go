package sandboxdata

// lead is what the fields of a lead are written from.
type lead struct {
	index, position int
	org, person     int
	owner           int
	created         moment
}

func (w *Workspace) leadAt(i, position int) lead {
	r := w.roll(streamLead, i)
	l := lead{index: i, position: position, person: -1}
	if g := i - w.leads.total(); g >= 0 {
		l.org = w.newLeadOrganization(g)
		l.created = w.tickTime(leadTick(g))
	} else {
		l.org = w.leads.organization(i)
		arrived := w.opening + day(r.then(1).below(int(w.today-w.opening)))
		l.created = arrived.at(r.then(2))
	}
	if n := w.people.count(l.org); n > 0 {
		l.person = w.people.first(l.org) + r.then(3).below(n)
	}
	l.owner = w.owner(l.org, r.then(4))
	return l
}

func (w *Workspace) leadWriter(field, holds string) (writer[lead], bool) {
	switch holds {
	case "id":
		return func(dst []byte, l *lead, _ roll) []byte { return w.appendIDField(dst, streamLead, l.index) }, true
	case "person":
		return func(dst []byte, l *lead, _ roll) []byte {
			if l.person < 0 {
				return appendNull(dst)
			}
			return w.appendIDField(dst, streamPerson, l.person)
		}, true
	case "organization":
		return func(dst []byte, l *lead, _ roll) []byte { return w.appendIDField(dst, streamOrganization, l.org) }, true
	case "owner":
		return func(dst []byte, l *lead, _ roll) []byte { return append(dst, w.owners[l.owner]...) }, true
	case "pipeline":
		id := string(w.appendID(nil, streamPipeline, 1000))
		short := ref(id, "리드 파이프라인")
		return func(dst []byte, _ *lead, _ roll) []byte { return append(dst, short...) }, true
	case "enter", "leave":
		return leadStageWriter(field, holds)
	default:
		write, ok := leadWriters()[holds]
		return write, ok
	}
}

// leadStageWriter lets one lead in six enter the stage that the field is named
// after, and half of those leave it.
func leadStageWriter(field, holds string) (writer[lead], bool) {
	suffix := enterSuffix
	if holds == "leave" {
		suffix = leaveSuffix
	}
	if _, _, ok := stageOf(field, suffix); !ok {
		return nil, false
	}
	every := 6
	if holds == "leave" {
		every = 12
	}
	return func(dst []byte, l *lead, r roll) []byte {
		if l.index%every != 1 {
			return appendNull(dst)
		}
		return appendMoment(dst, l.created+moment(r.below(20*secondsPerDay))*1000)
	}, true
}

func leadWriters() map[string]writer[lead] {
	return map[string]writer[lead]{
		"record_id": func(dst []byte, l *lead, _ roll) []byte { return appendInt(dst, int64(l.position)+1) },
		"name": func(dst []byte, l *lead, _ roll) []byte {
			return append(appendInt(append(dst, `"리드 `...), int64(l.position)+1), '"')
		},
		"amount": func(dst []byte, _ *lead, r roll) []byte {
			return append(dst, [...]string{null, "500000"}[r.below(2)]...)
		},
		"lead_group": func(dst []byte, _ *lead, _ roll) []byte { return append(dst, `[{"id":"lg-1","name":"기본"}]`...) },
		"status": func(dst []byte, _ *lead, r roll) []byte {
			return appendString(dst, pick(r, []string{"New", "Contacted", "Qualified", "Unqualified"}))
		},
		"kind": func(dst []byte, _ *lead, r roll) []byte {
			return appendOptional(dst, pick(r, []string{"아웃바운드", "인바운드", ""}))
		},
		"created": func(dst []byte, l *lead, _ roll) []byte { return appendMoment(dst, l.created) },
		"modified": func(dst []byte, l *lead, r roll) []byte {
			return appendMoment(dst, l.created+moment(r.below(9_000_000)))
		},
		"in_sequence": func(dst []byte, _ *lead, _ roll) []byte {
			return append(dst, "false"...)
		},
		"inflow_detail": func(dst []byte, _ *lead, r roll) []byte {
			if r.chance(50) {
				return appendNull(dst)
			}
			return append(dst, `["검색","추천"]`...)
		},
	}
}
