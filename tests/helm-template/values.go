package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/Masterminds/semver/v3"
	"github.com/xeipuuv/gojsonschema"
	"sigs.k8s.io/yaml"
)

func readValues(text []byte, into *map[string]interface{}, exactNumbers bool) error {
	if exactNumbers {
		return yaml.Unmarshal(text, into, func(decoder *json.Decoder) *json.Decoder {
			decoder.UseNumber()
			return decoder
		})
	}
	return yaml.Unmarshal(text, into)
}

// The chart's values with those of the files over them, the last one first, as its schema allows them.
func (c *chart) with(names []string) (map[string]interface{}, error) {
	given := map[string]interface{}{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		values := map[string]interface{}{}
		if err := readValues(text, &values, c.exactNumbers); err != nil {
			return nil, fmt.Errorf("failed to parse %s: %w", name, err)
		}
		given = over(given, values)
	}
	if err := coalesce(given, c.defaults, ""); err != nil {
		return nil, err
	}
	if _, there := given["global"]; !there {
		given["global"] = map[string]interface{}{}
	}
	return given, c.validate(given)
}

// One file of values over another: tables are merged, all else is replaced.
func over(below, above map[string]interface{}) map[string]interface{} {
	for key, value := range above {
		table, isTable := value.(map[string]interface{})
		old, wasTable := below[key].(map[string]interface{})
		if isTable && wasTable {
			value = over(old, table)
		}
		below[key] = value
	}
	return below
}

// Adds the chart's values where there are none. A null removes what the chart has. A value in place of a table is one of the
// warnings that nobody reads, so an error here.
func coalesce(given, defaults map[string]interface{}, at string) error {
	for key, fallback := range defaults {
		value, there := given[key]
		if !there {
			given[key] = fallback
			continue
		}
		if value == nil {
			delete(given, key)
			continue
		}
		below, hasTable := fallback.(map[string]interface{})
		table, isTable := value.(map[string]interface{})
		if hasTable != isTable && fallback != nil && (hasTable || isTable) {
			return fmt.Errorf("%s%s: a table and something else do not go together", at, key)
		}
		if hasTable {
			if err := coalesce(table, below, at+key+"."); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *chart) validate(values map[string]interface{}) error {
	if c.schema == nil {
		return nil
	}
	text, err := json.Marshal(values)
	if err != nil {
		return err
	}
	result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(c.schema), gojsonschema.NewBytesLoader(text))
	if err != nil {
		return err
	}
	if result.Valid() {
		return nil
	}
	var message strings.Builder
	fmt.Fprintf(&message, "values don't meet the specifications of the schema(s) in the following chart(s):\n%s:\n", c.Metadata.Name)
	for _, problem := range result.Errors() {
		fmt.Fprintf(&message, "- %s\n", problem)
	}
	return errors.New(message.String())
}

type kubeVersion struct{ Version, Major, Minor string }

func (v kubeVersion) String() string { return v.Version }

type versions []string

func (v versions) Has(version string) bool {
	for _, known := range v {
		if known == version {
			return true
		}
	}
	return false
}

type capabilities struct {
	KubeVersion kubeVersion
	APIVersions versions
}

// What templates see.
func (c *chart) data(request request, values map[string]interface{}) (map[string]interface{}, error) {
	kubernetes, err := semver.NewVersion(request.kubeVersion)
	if err != nil {
		return nil, fmt.Errorf("--kube-version %s: %w", request.kubeVersion, err)
	}
	if c.Metadata.KubeVersion != "" {
		constraint, err := semver.NewConstraint(c.Metadata.KubeVersion)
		if err != nil {
			return nil, fmt.Errorf("Chart.yaml: kubeVersion %q: %w", c.Metadata.KubeVersion, err)
		}
		if !constraint.Check(kubernetes) {
			return nil, fmt.Errorf("chart requires kubeVersion: %s which is incompatible with Kubernetes %s", c.Metadata.KubeVersion, request.kubeVersion)
		}
	}
	return map[string]interface{}{
		"Chart":     c.Metadata,
		"Files":     c.files,
		"Subcharts": map[string]interface{}{},
		"Values":    values,
		"Capabilities": capabilities{
			KubeVersion: kubeVersion{request.kubeVersion, fmt.Sprint(kubernetes.Major()), fmt.Sprint(kubernetes.Minor())},
			APIVersions: versions{"v1", "apps/v1", "networking.k8s.io/v1", "policy/v1"},
		},
		"Release": map[string]interface{}{
			"Name": request.release, "Namespace": request.namespace, "Service": "Helm",
			"IsInstall": true, "IsUpgrade": false, "Revision": 1,
		},
	}, nil
}
