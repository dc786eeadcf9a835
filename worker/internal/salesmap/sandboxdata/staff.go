package sandboxdata

// appoint makes the users and teams of the workspace: everybody on the roster,
// and a few who are not (the administrator, people who left).
func (w *Workspace) appoint() {
	n := max(userCount, len(w.profile.roster)+4)
	refs := make([][][]byte, len(w.profile.teams))
	for i := range n {
		r := w.roll(streamUser, i)
		name, team := w.words.person(r), -1
		if i < len(w.profile.roster) {
			name, team = w.profile.roster[i].name, w.profile.roster[i].team
		}
		id := string(w.appendID(nil, streamUser, i))
		short := ref(id, name)
		w.userIDs = append(w.userIDs, id)
		w.owners = append(w.owners, short)
		if team >= 0 {
			refs[team] = append(refs[team], short)
		}
		w.users = append(w.users, w.user(id, name, i, n, r))
	}
	for t, name := range w.profile.teams {
		id := string(w.appendID(nil, streamTeam, t))
		w.teamRefs = append(w.teamRefs, ref(id, name))
		record := append([]byte(nil), `{"id":"`...)
		record = append(record, id...)
		record = append(record, `","name":`...)
		record = appendString(record, name)
		record = append(record, `,"description":`...)
		if t%2 == 0 {
			record = appendString(record, name+" 담당")
		} else {
			record = appendNull(record)
		}
		record = append(record, `,"teammateList":[`...)
		for i, short := range refs[t] {
			if i > 0 {
				record = append(record, ',')
			}
			record = append(record, short...)
		}
		w.teams = append(w.teams, append(record, ']', '}'))
	}
}

func (w *Workspace) user(id, name string, i, n int, r roll) []byte {
	status, role := "active", "멤버"
	switch {
	case i == n-1:
		role = "관리자"
	case i >= len(w.profile.roster):
		status = "inactive"
	}
	since := (w.opening - 360 + day(5*i)).at(r.then(1))
	record := append([]byte(nil), `{"id":"`...)
	record = append(record, id...)
	record = append(record, `","name":`...)
	record = appendString(record, name)
	record = append(record, `,"status":"`...)
	record = append(record, status...)
	record = append(record, `","email":"user`...)
	record = appendPadded(record, i, 2)
	record = append(record, `@workspace.example","role":"`...)
	record = append(record, role...)
	record = append(record, `","createdAt":`...)
	record = appendMoment(record, since)
	record = append(record, `,"updatedAt":`...)
	record = appendMoment(record, since)
	return append(record, '}')
}

// ref returns the short form in which records point at other things.
func ref(id, name string) []byte {
	dst := []byte(`{"id":"`)
	dst = append(dst, id...)
	dst = append(dst, `","name":`...)
	dst = appendString(dst, name)
	return append(dst, '}')
}

// owner chooses the owner of an organisation's business: mostly the same
// person, else somebody of the roster.
func (w *Workspace) owner(org int, r roll) int {
	regular := w.roll(streamOrganization, org).then(900).below(len(w.profile.roster))
	if r.chance(65) {
		return regular
	}
	return r.then(1).below(len(w.profile.roster))
}

// appendOwner appends an owner field as the service shows it: an object, with
// the blemishes of years: several owners, a bare name, blank, nothing.
func (w *Workspace) appendOwner(dst []byte, owner int, r roll) []byte {
	switch x := r.below(1000); {
	case x < 45:
		dst = append(dst, '[')
		dst = append(dst, w.owners[owner]...)
		dst = append(dst, ',')
		dst = append(dst, w.owners[r.then(1).below(len(w.profile.roster))]...)
		return append(dst, ']')
	case x < 58:
		return appendString(dst, w.profile.roster[owner].name)
	case x < 68:
		return append(dst, `""`...)
	case x < 82:
		return appendNull(dst)
	default:
		return append(dst, w.owners[owner]...)
	}
}

// appendTeam appends the team field of a record with this owner.
func (w *Workspace) appendTeam(dst []byte, owner int, r roll) []byte {
	team := w.teamRefs[w.profile.roster[owner].team]
	switch x := r.below(1000); {
	case x < 60:
		return appendNull(dst)
	case x < 85:
		return append(dst, `[]`...)
	case x < 97:
		return append(dst, team...)
	case x < 130:
		dst = append(dst, '[')
		dst = append(dst, team...)
		dst = append(dst, ',')
		dst = append(dst, w.teamRefs[r.then(1).below(len(w.teamRefs))]...)
		return append(dst, ']')
	default:
		dst = append(dst, '[')
		dst = append(dst, team...)
		return append(dst, ']')
	}
}
