package served

import (
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/memotext"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/won"
	"github.com/salesmap-mirror/salesmap-mirror/api/internal/workspace"
)

func wonConfig(w *workspace.Workspace) won.Config {
	return won.Config{
		Years: w.Years.Won, Online: w.OnlineFormats(),
		Forms: memotext.Forms{
			Markers: w.MemoForms.FormMarkers, SkipMarker: w.MemoForms.SkipMarker, DropKeys: w.MemoForms.DropKeys,
			MinimalKeys: w.MemoForms.MinimalKeys, QuestionWords: w.MemoForms.QuestionKeyWords,
		},
	}
}
