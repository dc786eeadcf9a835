package won

import (
	"slices"

	"github.com/salesmap-mirror/salesmap-mirror/api/internal/crm"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/normalise"
)

// webforms lists the forms that a person filled in (spec 02 §3.4), with the
// days that the history has of each. Forms are found by ids that are texts;
// others have no history.
func (r *Report) webforms(p *crm.Person) []Webform {
	list := []Webform{}
	field := normalise.JSON(p.Forms)
	if field.Kind != normalise.List {
		return list
	}
	for _, item := range field.Items {
		switch item.Kind {
		case normalise.Object:
			id, name := firstTruthy(item, "id", "webFormId", "webformId"), firstTruthy(item, "name", "title")
			if id.Falsy() && name.Falsy() {
				continue
			}
			if name.Falsy() {
				name = textValue("")
			}
			form := Webform{Name: name}
			if id.Kind == normalise.String {
				form.Date = r.formDates(p.ID, id.Text)
			}
			list = append(list, form)
		case normalise.String:
			if name := normalise.Trim(item.Text); name != "" {
				list = append(list, Webform{Name: textValue(name)})
			}
		default: // names no form
		}
	}
	return list
}

func firstTruthy(object normalise.Value, keys ...string) normalise.Value {
	for _, key := range keys {
		if v := object.Get(key); !v.Falsy() {
			return v
		}
	}
	return normalise.Value{}
}

// formDates are the days on which a person filled in a form. The history's ids
// count trimmed, those asked for as they stand.
func (r *Report) formDates(personID crm.Text, formID string) FormDates {
	var dates FormDates
	if key := normalise.Trim(personID.String()); key == "" || key != personID.String() {
		return nil
	}
	for _, row := range r.submissionsOf.Rows(personID.String()) {
		s := &r.data.Submissions[row]
		if key := normalise.Trim(s.FormID.String()); key == "" || key != formID {
			continue
		}
		if day := r.rules.DateOnly(s.CreatedAt); day != "" {
			dates = append(dates, day)
		}
	}
	slices.Sort(dates)
	return slices.Compact(dates)
}
