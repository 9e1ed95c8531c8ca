package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/Masterminds/semver/v3"
	"sigs.k8s.io/yaml"
)

// What .Chart is in templates: a struct, so that a field that is not there is an error and not nothing.
type metadata struct {
	Name, Home, Version, Description, Icon string
	Condition, Tags, KubeVersion, Type     string
	APIVersion                             string `json:"apiVersion"`
	AppVersion                             string `json:"appVersion"`
	Sources, Keywords                      []string
	Maintainers, Dependencies              []map[string]interface{}
	Deprecated                             bool
	Annotations                            map[string]string
}

// What .Files is in templates.
type files map[string][]byte

func (f files) Get(name string) string { return string(f[name]) }

type chart struct {
	Metadata     metadata
	defaults     map[string]interface{}
	schema       []byte
	templates    map[string]string
	files        files
	exactNumbers bool
}

func (c *chart) templateName(file string) string { return path.Join(c.Metadata.Name, file) }

func loadChart(directory string, exactNumbers bool) (*chart, error) {
	loaded := &chart{exactNumbers: exactNumbers, templates: map[string]string{}, files: files{}, defaults: map[string]interface{}{}}
	ignored, err := ignoreRules(filepath.Join(directory, ".helmignore"))
	if err != nil {
		return nil, err
	}
	err = filepath.Walk(directory, func(file string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(directory, file)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if name != "." && ignored(name, info.IsDir()) {
			if info.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if info.IsDir() {
			return nil
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		return loaded.add(name, text)
	})
	if err != nil {
		return nil, err
	}
	return loaded, loaded.check()
}

func (c *chart) add(name string, text []byte) error {
	switch {
	case name == "Chart.yaml":
		if err := yaml.UnmarshalStrict(text, &c.Metadata); err != nil {
			return fmt.Errorf("cannot load Chart.yaml: %w", err)
		}
	case name == "values.yaml":
		if err := readValues(text, &c.defaults, c.exactNumbers); err != nil {
			return fmt.Errorf("cannot load values.yaml: %w", err)
		}
	case name == "values.schema.json":
		c.schema = text
	case strings.HasPrefix(name, "templates/"):
		c.templates[name] = string(text)
	case strings.HasPrefix(name, "charts/"):
		return fmt.Errorf("%s: charts within charts are not rendered here", name)
	default:
		c.files[name] = text
	}
	return nil
}

func (c *chart) check() error {
	if c.Metadata.APIVersion != "v2" {
		return fmt.Errorf("Chart.yaml: apiVersion is %q, and has to be v2", c.Metadata.APIVersion)
	}
	if c.Metadata.Name == "" {
		return fmt.Errorf("Chart.yaml: name must not be empty")
	}
	if _, err := semver.StrictNewVersion(c.Metadata.Version); err != nil {
		return fmt.Errorf("Chart.yaml: version %q: %w", c.Metadata.Version, err)
	}
	return nil
}

// The rules of a .helmignore file: a pattern with a slash is that of a path, one without that of a name, one that ends in a
// slash that of a directory.
func ignoreRules(file string) (func(name string, directory bool) bool, error) {
	text, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	var patterns []string
	for _, line := range strings.Split(string(text), "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		if _, err := path.Match(line, "name"); err != nil || line[0] == '!' || strings.Contains(line, "**") {
			return nil, fmt.Errorf(".helmignore: %q is not understood here", line)
		}
		patterns = append(patterns, line)
	}
	return func(name string, directory bool) bool {
		for _, pattern := range patterns {
			of := strings.TrimSuffix(pattern, "/")
			if of != pattern && !directory {
				continue
			}
			against := path.Base(name)
			if strings.Contains(of, "/") {
				of, against = strings.TrimPrefix(of, "/"), name
			}
			if matched, _ := path.Match(of, against); matched {
				return true
			}
		}
		return false
	}, nil
}
