package sandboxdata

import "slices"

// pipeline is a sequence of stages that deals go through. Names and stages are
// those that the field names of deals speak of.
type pipeline struct {
	name   string
	ref    []byte
	stages []string
	refs   [][]byte
}

// place is a stage of a pipeline, by numbers.
type place struct{ pipeline, stage int }

// pipelineStage returns the numbers of a pipeline and stage, and enters them if
// they are new. It is used only while templates are compiled.
func (w *Workspace) pipelineStage(pipelineName, stageName string) place {
	p := slices.IndexFunc(w.pipelines, func(p pipeline) bool { return p.name == pipelineName })
	if p < 0 {
		p = len(w.pipelines)
		id := string(w.appendID(nil, streamPipeline, p))
		w.pipelines = append(w.pipelines, pipeline{name: pipelineName, ref: ref(id, pipelineName)})
	}
	line := &w.pipelines[p]
	s := slices.Index(line.stages, stageName)
	if s < 0 {
		s = len(line.stages)
		id := string(w.appendID(nil, streamStage, p*100+s))
		line.stages = append(line.stages, stageName)
		line.refs = append(line.refs, ref(id, stageName))
	}
	return place{p, s}
}

// placeOf returns where a deal stands in the pipelines.
func (w *Workspace) placeOf(d *deal) place {
	r := w.roll(streamDeal, d.index).then(60)
	p := r.below(len(w.pipelines))
	return place{p, r.then(1).below(len(w.pipelines[p].stages))}
}

func (w *Workspace) stageWriter(holds string) (writer[deal], bool) {
	return func(dst []byte, d *deal, _ roll) []byte {
		if w.roll(streamDeal, d.index).then(61).chance(12) {
			return appendNull(dst)
		}
		at := w.placeOf(d)
		if holds == "pipeline" {
			return append(dst, w.pipelines[at.pipeline].ref...)
		}
		return append(dst, w.pipelines[at.pipeline].refs[at.stage]...)
	}, true
}

// stageTimeWriter writes when a deal entered or left the stage that the field
// is named after. Most deals were never moved through stages.
func (w *Workspace) stageTimeWriter(field, holds string) (writer[deal], bool) {
	suffix := enterSuffix
	if holds == "leave" {
		suffix = leaveSuffix
	}
	stage, line, ok := stageOf(field, suffix)
	if !ok {
		return nil, false
	}
	here := w.pipelineStage(line, stage)
	return func(dst []byte, d *deal, r roll) []byte {
		if d.index%9 != 4 { // cheap: this is asked fifty times a record
			return appendNull(dst)
		}
		at := w.placeOf(d)
		if at.pipeline != here.pipeline || here.stage > at.stage || (holds == "leave" && here.stage == at.stage) {
			return appendNull(dst)
		}
		days := day(3*here.stage + r.below(2))
		if holds == "leave" {
			days += 2
		}
		return appendMoment(dst, d.created+moment(int64(days)*secondsPerDay*1000))
	}, true
}
