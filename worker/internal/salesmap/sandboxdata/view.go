package sandboxdata

import "strings"

// View shows a workspace as it was at one tick. It never changes and is safe
// for concurrent use.
type View struct {
	w *Workspace
	c *changes
}

// View returns the workspace as it is now.
func (w *Workspace) View() View { return View{w: w, c: w.current.Load()} }

// Tick returns the tick that the view shows.
func (v View) Tick() int { return v.c.tick }

// Len returns the number of records of a list; ok is false for a list that does
// not exist, such as the submissions of an unknown form.
func (v View) Len(list string) (n int, ok bool) {
	switch list {
	case Organization:
		return v.w.orgs + v.c.newOrganizations(), true
	case People:
		return v.w.people.total() + v.c.newPeople(), true
	case Deal:
		return v.w.deals.total() + v.c.newDeals(), true
	case Lead:
		return v.w.leads.total() + v.c.newLeads(), true
	case Memo:
		return v.w.memos.total() + v.c.newMemos(), true
	case User:
		return len(v.w.users), true
	case Team:
		return len(v.w.teams), true
	case WebForm:
		return len(v.w.forms), true
	}
	if f, ok := v.w.formOf(list); ok {
		return v.w.submissions(v.c, f), true
	}
	return 0, false
}

// lateFrom is the position from which records have the late fields.
func lateFrom(total int) int { return total * 6 / 10 }

// AppendRecord appends record i of a list, 0 <= i < Len, as a JSON object. It
// appends nothing for a list that does not exist.
func (v View) AppendRecord(dst []byte, list string, i int) []byte {
	w := v.w
	switch list {
	case Organization:
		o := w.organizationAt(i)
		return w.organizationFields.append(dst, &o, w.roll(streamOrganization, i).then(2000), i >= lateFrom(w.orgs))
	case People:
		p := w.personAt(w.peopleOrder.natural(i), i)
		return w.peopleFields.append(dst, &p, w.roll(streamPerson, p.index).then(2000), i >= lateFrom(w.peopleOrder.n))
	case Deal:
		d := w.dealAt(v.c, w.dealOrder.natural(i), i)
		return w.dealFields.append(dst, &d, w.roll(streamDeal, d.index).then(2000), i >= lateFrom(w.dealOrder.n))
	case Lead:
		l := w.leadAt(w.leadOrder.natural(i), i)
		return w.leadFields.append(dst, &l, w.roll(streamLead, l.index).then(2000), i >= lateFrom(w.leadOrder.n))
	case Memo:
		m := w.memoAt(w.memoOrder.natural(i))
		return w.memoFields.append(dst, &m, w.roll(streamMemo, m.index).then(2000), i >= lateFrom(w.memoOrder.n))
	case User:
		return append(dst, w.users[i]...)
	case Team:
		return append(dst, w.teams[i]...)
	case WebForm:
		return w.appendForm(dst, v.c, i)
	}
	if f, ok := w.formOf(list); ok {
		return w.appendSubmission(dst, f, i)
	}
	return dst
}

// Find returns the position of the record with an id.
func (v View) Find(list, id string) (i int, ok bool) {
	w := v.w
	switch list {
	case Organization:
		i, ok = w.indexOf(streamOrganization, id)
	case People:
		i, ok = w.indexOf(streamPerson, id)
		i = w.peopleOrder.position(i)
	case Deal:
		i, ok = w.indexOf(streamDeal, id)
		i = w.dealOrder.position(i)
	case Lead:
		i, ok = w.indexOf(streamLead, id)
		i = w.leadOrder.position(i)
	case Memo:
		i, ok = w.indexOf(streamMemo, id)
		i = w.memoOrder.position(i)
	case User:
		i, ok = w.indexOf(streamUser, id)
	case Team:
		i, ok = w.indexOf(streamTeam, id)
	case WebForm:
		i, ok = w.indexOf(streamForm, id)
	default:
		f, known := w.formOf(list)
		i, ok = w.indexOf(streamSubmission, id)
		ok = ok && known && i>>submissionBits == f
		i &= 1<<submissionBits - 1
	}
	n, _ := v.Len(list)
	return i, ok && i < n
}

// formOf returns the number of the form whose submissions a list is.
func (w *Workspace) formOf(list string) (f int, ok bool) {
	id, ok := strings.CutPrefix(list, WebForm+"/")
	if !ok {
		return 0, false
	}
	id, ok = strings.CutSuffix(id, "/submit")
	if !ok {
		return 0, false
	}
	for f := range w.forms {
		if w.forms[f].id == id {
			return f, true
		}
	}
	return 0, false
}
